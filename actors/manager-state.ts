import type Logger from 'bunyan';
import type { Backlog, CorrelationContext, DirectiveHead } from '../core/correlation/backlog.ts';
import type { Outcome } from '../core/correlation/delivery-outcomes.ts';
import type { Effect } from '../core/correlation/effect.ts';
import { standingOf } from '../core/correlation/offer-inputs.ts';
import type { Roster, RosterEntry } from '../core/correlation/roster.ts';
import type { SavedBacklog } from '../core/correlation/saved-backlog.ts';
import type { AlarmKeeping } from '../core/alarm/alarm-keeping.ts';
import type { RiskClass } from '../core/alarm/alarm-record.ts';
import type { Directive } from '../core/directive/directive.ts';
import { countEffects, type DirectiveStatistics } from '../core/ledger/directive-statistics.ts';
import type { DirectiveBook } from '../core/ledger/engine-statistics.ts';
import { stopActor, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';
import {
  spawnBacklog,
  type BacklogChange,
  type BacklogHandler,
  type BacklogMessage,
  type WorkMeter,
} from './backlog.ts';

/** What a manager did with a message and where its directive stands. */
export interface ManagerReport {
  /** In order for each alarm. */
  readonly effects: readonly (readonly Effect[])[];
  /** Deliveries by outcome; absent when the message brought no inputs. */
  readonly outcomes: Readonly<Record<Outcome, number>> | undefined;
  readonly backlogs: number;
  /** Live backlogs whose current stage is index + 1. */
  readonly backlogsByStage: readonly number[];
  /** Alarms that got their first line. */
  readonly alarms: number;
  /** Alarms by each class that they came to. */
  readonly alarmsByClass: Readonly<Record<RiskClass, number>>;
  /** Unix seconds; a tick after it concerns this manager. */
  readonly soonestDeadline: number;
  /** Backlogs that ended before their last stage while this message was handled. */
  readonly timedOut: number;
  readonly evicted: number;
  readonly completed: number;
  /** Backlogs that an operator or a reload ended. */
  readonly stopped: number;
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
  /** Where each manager counts for its directive; undefined counts nothing. */
  readonly statistics: DirectiveBook | undefined;
  /** The findings of these alarms' look-ups, by alarm id. */
  readonly collectKeeping: (
    alarmIds: readonly string[],
  ) => Promise<ReadonlyMap<string, AlarmKeeping>>;
  /** Writes the backlog file of a directive atomically; rejects when it cannot. */
  readonly saveBacklogs: (directiveId: number, items: AsyncIterable<SavedBacklog>) => Promise<void>;
  /** Keeps backlogs that cannot go on under another name; rejects when it cannot. */
  readonly setAside: (
    directiveId: number,
    items: readonly SavedBacklog[],
    reason: string,
  ) => Promise<void>;
}

export type LiveBacklog = RosterEntry<ActorRef<BacklogMessage>>;

/** The state of a directive manager; its functions in the manager-*.ts files change it in place. */
export interface ManagerState {
  readonly deps: DirectiveManagerDeps;
  directive: Directive;
  head: DirectiveHead;
  context: CorrelationContext;
  readonly roster: Roster<ActorRef<BacklogMessage>>;
  readonly handler: BacklogHandler;
  pool: ParentRef | undefined;
  /** Undefined until there is something to count. */
  statistics: DirectiveStatistics | undefined;
  /** Milliseconds of its own and its backlogs' work, not yet in the statistics; undefined without any. */
  readonly work: WorkMeter | undefined;
}

/** What is gathered while one message is handled. */
export interface Run {
  /** Unix seconds of the message's last input, of its tick, or 0. */
  readonly now: number;
  readonly effects: (readonly Effect[])[];
  timedOut: number;
  evicted: number;
  completed: number;
  alarms: number;
  readonly alarmsByClass: Record<RiskClass, number>;
  stopped: number;
  oldestAcceptedMs: number;
}

/** Nothing gathered yet. */
export function beginRun(now = 0): Run {
  return {
    now,
    effects: [],
    timedOut: 0,
    evicted: 0,
    completed: 0,
    alarms: 0,
    alarmsByClass: { Low: 0, Medium: 0, High: 0 },
    stopped: 0,
    oldestAcceptedMs: Number.POSITIVE_INFINITY,
  };
}

/** What the supervisor is told when a message has been handled. */
export function reportRun(
  state: ManagerState,
  run: Run,
  outcomes: ManagerReport['outcomes'],
): ManagerReport {
  const { roster, work } = state;
  const statistics = work !== undefined && work.ms > 0 ? statisticsOf(state, run.now) : undefined;
  if (work !== undefined && statistics !== undefined) {
    statistics.workMs += work.ms;
    work.ms = 0;
  }
  const { size: backlogs, soonestDeadline } = roster;
  const backlogsByStage = roster.countByStage();
  return { ...run, outcomes, backlogs, backlogsByStage, soonestDeadline };
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
    countEnds(state, effects, run);
  }
  state.roster.update(entry, standing);
  if (standing.ended) stopActor(entry.ref);
}

/** Counts the backlogs that ended, and the alarms that are new, among these effects. */
export function countEnds(state: ManagerState, effects: readonly Effect[], run: Run): void {
  const statistics = statisticsOf(state, run.now);
  if (statistics !== undefined) countEffects(statistics, effects, run.now);
  for (const effect of effects) {
    if (effect.type === 'update-alarm') {
      if (effect.isFirst) run.alarms += 1;
      if (effect.newClass !== undefined) run.alarmsByClass[effect.newClass] += 1;
    }
    if (effect.type !== 'change-backlog') continue;
    if (effect.end === 'timeout') run.timedOut += 1;
    else if (effect.end === 'evicted') run.evicted += 1;
    else if (effect.end === 'complete') run.completed += 1;
    else if (effect.end === 'stopped') run.stopped += 1;
  }
}

/** What is counted for the manager's directive, begun at `now` (Unix seconds) when nothing is yet; undefined when nothing is to be. */
export function statisticsOf(state: ManagerState, now: number): DirectiveStatistics | undefined {
  const { head, deps } = state;
  state.statistics ??= deps.statistics?.of(head.id, head.name, now);
  return state.statistics;
}

/** Adds the time since `begun`, as performance.now() has it. */
export function meter({ work }: ManagerState, begun: number): void {
  if (work !== undefined) work.ms += performance.now() - begun;
}
