import type Logger from 'bunyan';
import type { Backlog, CorrelationContext, DirectiveHead } from '../core/correlation/backlog.ts';
import type { Outcome } from '../core/correlation/delivery-outcomes.ts';
import type { Effect } from '../core/correlation/effect.ts';
import { standingOf } from '../core/correlation/offer-inputs.ts';
import type { Roster, RosterEntry } from '../core/correlation/roster.ts';
import type { Findings, SavedBacklog } from '../core/correlation/saved-backlog.ts';
import type { Directive } from '../core/directive/directive.ts';
import { stopActor, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';
import {
  spawnBacklog,
  type BacklogChange,
  type BacklogHandler,
  type BacklogMessage,
} from './backlog.ts';

/** What a manager did with a message and where its directive stands. */
export interface ManagerReport {
  /** In order for each alarm. */
  readonly effects: readonly (readonly Effect[])[];
  /** Deliveries by outcome; absent when the message brought no inputs. */
  readonly outcomes: Readonly<Record<Outcome, number>> | undefined;
  readonly backlogs: number;
  /** Unix seconds; a tick after it concerns this manager. */
  readonly soonestDeadline: number;
  /** Backlogs that ended before their last stage while this message was handled. */
  readonly timedOut: number;
  readonly evicted: number;
  readonly completed: number;
  /** The earliest receive time (Unix ms, 0 when not known) of an input that a backlog accepted, +Infinity if none. */
  readonly oldestAcceptedMs: number;
}

/** What every manager shares. */
export interface DirectiveManagerDeps {
  readonly log: Logger;
  readonly supervision: Supervision;
  readonly epoch: string;
  /** Live backlogs of one directive; 0 = no bound. */
  readonly maxBacklogs: number;
  /** The findings of these alarms' look-ups, by alarm id. */
  readonly collectFindings: (alarmIds: readonly string[]) => Promise<ReadonlyMap<string, Findings>>;
  /** Writes the backlog file of a directive atomically; rejects when it cannot. */
  readonly saveBacklogs: (directiveId: number, items: AsyncIterable<SavedBacklog>) => Promise<void>;
}

export type LiveBacklog = RosterEntry<ActorRef<BacklogMessage>>;

/** The state of a directive manager; its functions in the manager-*.ts files change it in place. */
export interface ManagerState {
  readonly deps: DirectiveManagerDeps;
  readonly directive: Directive;
  readonly head: DirectiveHead;
  context: CorrelationContext;
  readonly roster: Roster<ActorRef<BacklogMessage>>;
  readonly handler: BacklogHandler;
  pool: ParentRef | undefined;
}

/** What is gathered while one message is handled. */
export interface Run {
  readonly effects: (readonly Effect[])[];
  timedOut: number;
  evicted: number;
  completed: number;
  oldestAcceptedMs: number;
}

/** Nothing gathered yet. */
export function beginRun(): Run {
  return {
    effects: [],
    timedOut: 0,
    evicted: 0,
    completed: 0,
    oldestAcceptedMs: Number.POSITIVE_INFINITY,
  };
}

/** What the supervisor is told when a message has been handled. */
export function reportRun(
  { roster }: ManagerState,
  run: Run,
  outcomes: ManagerReport['outcomes'],
): ManagerReport {
  const { size: backlogs, soonestDeadline } = roster;
  return { ...run, outcomes, backlogs, soonestDeadline };
}

/** Starts the actor of a backlog that lives and enters it in the roster. */
export function enrolBacklog(state: ManagerState, backlog: Backlog): void {
  const { handler, deps, pool } = state;
  if (pool === undefined) throw new Error('a manager needs its pool before its first backlog');
  const ref = spawnBacklog(pool, backlog, { handler, supervision: deps.supervision });
  state.roster.add(backlog, ref, standingOf(backlog, state.context));
}

/** Takes in what a backlog reported; one that has ended is stopped, nothing can be outstanding for it. */
export function noteChange(
  state: ManagerState,
  entry: LiveBacklog,
  { effects, standing }: BacklogChange,
  run: Run,
): void {
  if (effects.length > 0) {
    run.effects.push(effects);
    countEnds(effects, run);
  }
  state.roster.update(entry, standing);
  if (standing.ended) stopActor(entry.ref);
}

/** Counts the backlogs that ended among these effects. */
export function countEnds(effects: readonly Effect[], run: Run): void {
  for (const effect of effects) {
    if (effect.type !== 'end-backlog') continue;
    if (effect.end === 'timeout') run.timedOut += 1;
    else if (effect.end === 'evicted') run.evicted += 1;
    else run.completed += 1;
  }
}
