import type {
  AlarmRequest,
  DeskAnswer,
  Person,
  SelectionAnswer,
  SelectionRequest,
} from '../core/alarm/alarm-desk.ts';
import type { AlarmFacets } from '../core/alarm/alarm-facets.ts';
import type { AlarmFilter } from '../core/alarm/alarm-filter.ts';
import type { AlarmPlace, AlarmSort } from '../core/alarm/alarm-order.ts';
import type { AlarmState, EngineChange } from '../core/alarm/alarm-state.ts';
import type {
  AlarmStatistics,
  KeptEvent,
  StatisticsKey,
  StoredAlarm,
  StoredAlarmDetail,
} from '../core/alarm/alarm-view.ts';
import type { FromNodes } from '../core/cluster/from-nodes.ts';

/** A change with its place in the engine's count of them. */
export interface PlacedChange {
  readonly sequence: number;
  readonly change: EngineChange;
}

/** Which alarms are wanted; `after` excludes everything up to and with it, for whatever store it came from. */
export interface AlarmListQuery {
  readonly filter: AlarmFilter;
  readonly sort: AlarmSort;
  readonly after?: AlarmPlace | undefined;
  /** At least 1. */
  readonly limit: number;
}

/** One page; `total` counts all that fit the filter. */
export interface AlarmPage {
  /** The last change that is in it; 0 for none. */
  readonly sequence: number;
  readonly alarms: readonly StoredAlarm[];
  readonly total: number;
  /** Undefined on the last page. */
  readonly next: AlarmPlace | undefined;
}

/** Each facet counts the alarms that fit what the filter says about everything else than that facet. */
export interface AlarmFacetQuery {
  readonly filter: AlarmFilter;
  /** The most values of a facet; Infinity gives all, which is how the facets of several stores are merged exactly. */
  readonly limit: number;
}

/** The alarms of a moment, that with the newest update_time first (equal ones by id). */
export interface AlarmSnapshot {
  /** The last change that is in it; 0 for none. */
  readonly sequence: number;
  readonly alarms: readonly AlarmState[];
}

/** Alarms that a change in bulk is about: those that fit, had come by `asOf`, and whose id is after `afterId`. */
export interface AlarmSelection {
  readonly filter: AlarmFilter;
  /** The sequence of a change: alarms whose first change came later are left out. */
  readonly asOf: number;
  /** Empty for the first step. */
  readonly afterId: string;
  readonly limit: number;
}

/** The next alarms of a selection by id, and how many there are after them. */
export interface SelectedAlarms {
  readonly alarms: readonly StoredAlarm[];
  readonly left: number;
}

/** Which kept events of an alarm are wanted, newest first by their place. */
export interface AlarmEventsQuery {
  readonly alarmId: string;
  readonly stage?: number | undefined;
  /** Event times in Unix seconds, both included. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Only places before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Kept events; `next` is the place to go on before, undefined at the end. */
export interface AlarmEventsPage {
  readonly events: readonly KeptEvent[];
  readonly next: number | undefined;
}

/** Alarms over time: `of` says whether by created_time or update_time; buckets cover [since, until). */
export interface AlarmStatisticsQuery {
  readonly filter: AlarmFilter;
  readonly by: StatisticsKey;
  readonly of: 'created' | 'last';
  readonly since: number;
  readonly until: number;
  /** At least 1; the caller bounds how many buckets there are. */
  readonly bucketSeconds: number;
  /** The most series. */
  readonly limit: number;
}

/** What the store itself is like, for status and page; sizes in bytes. */
export interface AlarmStoreFigures {
  readonly kind: 'memory' | 'file';
  /** Deleted ones not included. */
  readonly alarms: number;
  readonly bytes: number;
  /** How old, in seconds, the oldest change is that waits to be written; 0 when none does. */
  readonly lagSeconds: number;
  /** Alarm states it was told, has written, and has lost (SPEC §9's outputs). */
  readonly decided: number;
  readonly written: number;
  readonly lost: number;
  /** Why it does not work just now; undefined when it does. */
  readonly failure: string | undefined;
}

/**
 * Keeps the newest state of alarms, what persons did to them, and their accepted events. Calls take effect in their
 * order: what is asked after `apply` was called sees its changes. Answers are plain data, so that a store can live in
 * another thread, and pages, facets and cursors of several stores that share no alarm can be merged
 * (core/alarm/merge-pages.ts, alarm-facets.ts). A deleted alarm is in no answer but that of `find`. Every promise rejects
 * when the store has failed or is closed.
 */
export interface AlarmStore {
  /**
   * Takes changes in: an alarm's line replaces its state, progress and a backlog's changes its counts, an end its
   * progress, an action what it says. Changes of alarms that it does not have are passed over, but events are kept
   * until the backlog ends without an alarm.
   */
  apply(changes: readonly PlacedChange[]): Promise<void>;
  list(query: AlarmListQuery): Promise<FromNodes<AlarmPage>>;
  facets(query: AlarmFacetQuery): Promise<FromNodes<AlarmFacets>>;
  get(alarmId: string): Promise<StoredAlarmDetail | undefined>;
  events(query: AlarmEventsQuery): Promise<AlarmEventsPage>;
  statistics(query: AlarmStatisticsQuery): Promise<FromNodes<AlarmStatistics>>;
  /** How many other alarms each of the addresses occurs in, as source or destination. */
  countByAddress(addresses: readonly string[], exceptId: string): Promise<readonly number[]>;
  /** Those of these alarms that it has, deleted ones too, in the order asked for. */
  find(alarmIds: readonly string[]): Promise<readonly StoredAlarm[]>;
  select(selection: AlarmSelection): Promise<FromNodes<SelectedAlarms>>;
  snapshot(limit: number): Promise<AlarmSnapshot>;
  /** Makes every running alarm `interrupted` whose id is not among these; answers how many. For a start, once. */
  interruptAllBut(liveAlarmIds: readonly string[]): Promise<number>;
  /** Of this moment, without asking another thread. */
  figures(): AlarmStoreFigures;
  close(): Promise<void>;
}

/** A store was asked after it had been closed. */
export class AlarmStoreClosedError extends Error {
  override readonly name = 'AlarmStoreClosedError';

  constructor() {
    super('the alarm store is closed');
  }
}

/** Takes wishes one after the other; what it answers as changed is on file. Rejects when it cannot be recorded. */
export interface AlarmDesk {
  change(requests: readonly AlarmRequest[], who: Person): Promise<DeskAnswer>;
  changeSelection(request: SelectionRequest, who: Person): Promise<FromNodes<SelectionAnswer>>;
}
