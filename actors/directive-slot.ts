import type { Directive } from '../core/directive/directive.ts';
import type { ActorRef } from './actor-ref.ts';
import type { DirectiveManagerMessage } from './directive-manager.ts';
import type { AdmittedInput } from './intake.ts';

/** What the supervisor knows of one directive: its manager when one runs, and what waits for it. */
export interface DirectiveSlot {
  readonly directive: Directive;
  manager: ActorRef<DirectiveManagerMessage> | undefined;
  /** A manager has one message at a time, so that inputs gather into batches while it works. */
  busy: boolean;
  waiting: AdmittedInput[];
  /** A tick that concerns the manager and waits behind the inputs; Unix seconds. */
  waitingTick: number | undefined;
  backlogs: number;
  soonestDeadline: number;
  /** Unix seconds of the last message; an idle manager is stopped some time after it. */
  lastUsed: number;
}

/** A directive nothing has happened to yet. */
export function createSlot(directive: Directive): DirectiveSlot {
  return {
    directive,
    manager: undefined,
    busy: false,
    waiting: [],
    waitingTick: undefined,
    backlogs: 0,
    soonestDeadline: Number.POSITIVE_INFINITY,
    lastUsed: 0,
  };
}
