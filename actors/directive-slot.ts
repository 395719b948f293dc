import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { Directive, Route } from '../core/directive/directive.ts';
import type { ActorRef } from './actor-ref.ts';
import type { DirectiveManagerMessage } from './directive-manager.ts';
import type { TurnedOff } from './engine-port.ts';
import type { AdmittedInput } from './intake.ts';

/** What waits for a manager, in the order of the log: inputs in batches, and commands between them. */
export type SlotStep =
  | { readonly type: 'inputs'; readonly inputs: AdmittedInput[] }
  /** `send` gives the manager one message; `finish` is called with its answer. */
  | { readonly type: 'command'; readonly send: () => void };

/** What the supervisor knows of one directive: its manager when one runs, and what waits for it. */
export interface DirectiveSlot {
  /** What new managers and backlogs work with; changed by a command in its turn. */
  directive: Directive;
  context: CorrelationContext;
  /** What the last reload decided; the same, or waiting as a command for its turn. */
  planned: { readonly directive: Directive; readonly context: CorrelationContext };
  manager: ActorRef<DirectiveManagerMessage> | undefined;
  /** A manager has one message at a time, so that inputs gather into batches while it works. */
  busy: boolean;
  waiting: SlotStep[];
  /** A tick that concerns the manager and waits behind the inputs; Unix seconds. */
  waitingTick: number | undefined;
  /** Turned off at run time: no event reaches it and its backlogs are parked. */
  off: TurnedOff | undefined;
  /** Its directive is gone; it only ends. */
  retired: boolean;
  /** Routes of backlogs that run on other rules than the directive's. */
  extraRoutes: readonly Route[];
  backlogs: number;
  backlogsByStage: readonly number[];
  soonestDeadline: number;
  /** Unix seconds of the last message; an idle manager is stopped some time after it. */
  lastUsed: number;
  readonly counts: SlotCounts;
}

/** What a directive has done since the start. */
export interface SlotCounts {
  matched: number;
  opened: number;
  completed: number;
  timedOut: number;
  alarms: number;
  /** Unix seconds, 0 if never. */
  lastMatched: number;
}

/** A directive nothing has happened to yet. */
export function createSlot(directive: Directive, context: CorrelationContext): DirectiveSlot {
  return {
    directive,
    context,
    planned: { directive, context },
    manager: undefined,
    busy: false,
    waiting: [],
    waitingTick: undefined,
    off: undefined,
    retired: false,
    extraRoutes: [],
    backlogs: 0,
    backlogsByStage: [],
    soonestDeadline: Number.POSITIVE_INFINITY,
    lastUsed: 0,
    counts: { matched: 0, opened: 0, completed: 0, timedOut: 0, alarms: 0, lastMatched: 0 },
  };
}

/** Puts an input behind what waits already. */
export function addInput(slot: DirectiveSlot, input: AdmittedInput): void {
  const last = slot.waiting.at(-1);
  if (last?.type === 'inputs') last.inputs.push(input);
  else slot.waiting.push({ type: 'inputs', inputs: [input] });
}
