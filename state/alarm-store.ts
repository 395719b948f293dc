import type { AlarmFacets } from '../core/alarm/alarm-facets.ts';
import type { AlarmFilter } from '../core/alarm/alarm-filter.ts';
import type { AlarmPlace, AlarmSort } from '../core/alarm/alarm-order.ts';
import type { AlarmState, EngineChange } from '../core/alarm/alarm-state.ts';

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
  readonly alarms: readonly AlarmState[];
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

/**
 * Keeps the newest state of alarms. Calls take effect in their order: what is asked after `apply` was called sees its
 * changes. Answers are plain data, so that a store can live in another thread, and pages, facets and cursors of several
 * stores that share no alarm can be merged (core/alarm/merge-pages.ts, alarm-facets.ts). Every promise rejects when the
 * store has failed or is closed.
 */
export interface AlarmStore {
  /**
   * Takes changes in: an alarm's line replaces its state, progress and a backlog's changes its counts, an end its
   * progress. Changes of alarms that it does not have are passed over.
   */
  apply(changes: readonly PlacedChange[]): Promise<void>;
  list(query: AlarmListQuery): Promise<AlarmPage>;
  facets(query: AlarmFacetQuery): Promise<AlarmFacets>;
  get(alarmId: string): Promise<AlarmState | undefined>;
  snapshot(limit: number): Promise<AlarmSnapshot>;
  close(): Promise<void>;
}
