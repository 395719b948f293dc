import type { Network } from '../core/address/network.ts';
import type { AlarmAction } from '../core/alarm/alarm-action.ts';
import type { AlarmState, EngineChange } from '../core/alarm/alarm-state.ts';
import type { FromNodes } from '../core/cluster/from-nodes.ts';
import type { BacklogPlace, BacklogSort } from '../core/correlation/backlog-order.ts';
import type { BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';

/** What became of a submission: all of it is in, or none of it because the queue stayed full or the engine is closing. */
export type Admission = 'admitted' | 'full' | 'closing';

/** What termination could do within its limit. */
export interface TerminationReport {
  readonly savedBacklogs: number;
  /** Backlogs whose file could not be written. */
  readonly lostBacklogs: number;
}

/** Figures of the moment that are no running counters. */
export interface EngineGauges {
  /** Events admitted whose lines are not written yet. */
  readonly eventsInFlight: number;
  readonly directives: number;
  readonly directivesOff: number;
  readonly managersRunning: number;
  /** Directives with at least one live backlog. */
  readonly directivesActive: number;
  readonly backlogs: number;
}

/** Who turned a directive off at run time, and when (Unix seconds). */
export interface TurnedOff {
  readonly since: number;
  readonly by: string;
}

/** What a directive has done since the start, and where it stands. */
export interface DirectiveState {
  readonly id: number;
  readonly name: string;
  readonly off: TurnedOff | undefined;
  /** Deliveries that a backlog consumed or that opened one. */
  readonly matched: number;
  readonly opened: number;
  readonly completed: number;
  readonly timedOut: number;
  /** Alarms that got their first line since the start. */
  readonly alarms: number;
  /** Unix seconds of the last matched event's admission, 0 if none. */
  readonly lastMatched: number;
  readonly backlogs: number;
  /** Live backlogs whose current stage is index + 1. */
  readonly backlogsByStage: readonly number[];
}

/** Which live backlogs are wanted, and in which order; `after` excludes everything up to and with it. */
export interface BacklogListQuery {
  readonly directiveId?: number | undefined;
  readonly stage?: number | undefined;
  /** Those with an address in any of these: each backlog has to be asked, which is done a few at a time. */
  readonly networks?: readonly Network[] | undefined;
  readonly sort: BacklogSort;
  readonly after?: BacklogPlace | undefined;
  readonly limit: number;
}

export type { BacklogSummary };

/** One page; `total` counts all that fit the filter. */
export interface BacklogPage {
  readonly backlogs: readonly BacklogSummary[];
  readonly total: number;
  /** Undefined on the last page. */
  readonly next: BacklogPlace | undefined;
}

/** What the engine can be asked. Answers are plain data. */
export interface EngineQueries {
  directives(): readonly DirectiveState[];
  directive(id: number): DirectiveState | undefined;
  listBacklogs(query: BacklogListQuery): Promise<FromNodes<BacklogPage>>;
  /** The whole backlog as its file would hold it (SPEC §10), undefined when no such backlog lives. */
  backlog(alarmId: string): Promise<unknown>;
}

/** What a person wants done to one alarm. */
export interface AlarmChange {
  /** The newest state that the caller knows: what counts when the engine has let go of the alarm. */
  readonly known: AlarmState;
  /** At least one; all of this alarm. */
  readonly actions: readonly AlarmAction[];
}

/** What an operator can have the engine do; each is an input of its own in the log (DESIGN §1). */
export interface EngineCommands {
  /**
   * Does what persons want to alarms: a new status or tag and a restored alarm are a line each of the alarm file, a
   * deleted one gets no more lines; all are told as changes. Resolves when every
   * subscriber has them and the lines are on file; rejects when that takes too long.
   */
  changeAlarms(changes: readonly AlarmChange[]): Promise<void>;
  /** Turns a directive off (parks its backlogs) or on again; false when there is no such directive. */
  setDirective(id: number, enabled: boolean, by: string): Promise<boolean>;
  /** Ends a live backlog as `stopped`, without a line; false when no such backlog lives. */
  deleteBacklog(alarmId: string): Promise<boolean>;
}

/** A change with its place in the feed: sequences count from 1 without gaps since the engine started. */
export interface SequencedChange {
  readonly sequence: number;
  readonly change: EngineChange;
}

/**
 * The engine as everything outside actors/ sees it: what it takes and gives is plain data, so that it can run in
 * another thread or be asked over a network. Counters are in the ledger, which the caller shares.
 */
export interface EnginePort extends EngineQueries, EngineCommands {
  /**
   * Admits the events, in their order, whole or not at all. Answers at once while there is room, else waits for room
   * (SPEC §9: first come, first served, 2 s at most) and then answers 'full'.
   */
  submit(events: readonly NormalizedEvent[]): Admission | Promise<Admission>;
  gauges(): EngineGauges;
  /** Calls the listener with every change from now on, those of one event-loop turn together; answers how to stop it. */
  subscribe(listener: (changes: readonly SequencedChange[]) => void): () => void;
  /** Stops admitting, settles what is in flight (for `settleMs` at most: a disk may be full), saves the backlogs. */
  terminate(settleMs: number): Promise<TerminationReport>;
}
