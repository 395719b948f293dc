import type { AlarmAction } from '../core/alarm/alarm-action.ts';
import type { AlarmEntry } from '../core/alarm/alarm-entry.ts';
import {
  facetValuesOf,
  FACET_NAMES,
  mapFacets,
  toFacet,
  type AlarmFacets,
  type FacetName,
} from '../core/alarm/alarm-facets.ts';
import {
  compileAlarmFilter,
  withoutCriteria,
  type AlarmFilter,
} from '../core/alarm/alarm-filter.ts';
import { comparePlaces, placeOf, type AlarmPlace } from '../core/alarm/alarm-order.ts';
import { countOverTime, medianOf } from '../core/alarm/alarm-statistics.ts';
import type { AlarmStatistics, StoredAlarm, StoredAlarmDetail } from '../core/alarm/alarm-view.ts';
import { FirstItems } from '../core/alarm/first-items.ts';
import { RecentAlarms } from '../core/alarm/recent-alarms.ts';
import {
  AlarmStoreClosedError,
  type AlarmFacetQuery,
  type AlarmListQuery,
  type AlarmPage,
  type AlarmSelection,
  type AlarmStatisticsQuery,
  type AlarmStore,
  type AlarmStoreFigures,
  type PlacedChange,
  type SelectedAlarms,
} from './alarm-store.ts';

/** The most alarms that are kept when nothing else is said. */
const DEFAULT_LIMIT = 10_000;
const DEFAULT_CLOSED = 'Closed';
const NEWEST_FIRST = { by: 'last', descending: true } as const;

/**
 * A store without a file, for `--alarm-store off` and tests: at most `limit` alarms, the longest ended ones go first;
 * events are not kept. `closedStatus` is the last entry of --status.
 */
export function createMemoryAlarmStore(
  limit: number = DEFAULT_LIMIT,
  closedStatus: string = DEFAULT_CLOSED,
): AlarmStore {
  const alarms = new MemoryAlarms(limit, closedStatus);
  let isClosed = false;
  const answer = <Answer>(make: () => Answer): Promise<Answer> =>
    isClosed ? Promise.reject(new AlarmStoreClosedError()) : Promise.resolve(make());

  return {
    apply: (changes) =>
      answer(() => {
        alarms.apply(changes);
      }),
    list: (query) => answer(() => alarms.list(query)),
    facets: (query) => answer(() => alarms.countFacets(query)),
    get: (id) => answer(() => alarms.get(id)),
    events: () => answer(() => ({ events: [], next: undefined })),
    statistics: (query) => answer(() => alarms.countOverTime(query)),
    countByAddress: (addresses, exceptId) =>
      answer(() => addresses.map((address) => alarms.countByAddress(address, exceptId))),
    find: (ids) => answer(() => alarms.find(ids)),
    select: (selection) => answer(() => alarms.select(selection)),
    snapshot: (most) =>
      answer(() => {
        const page = alarms.list({ filter: {}, sort: NEWEST_FIRST, limit: most });
        return { sequence: page.sequence, alarms: page.alarms };
      }),
    interruptAllBut: (liveIds) => answer(() => alarms.interruptAllBut(liveIds)),
    figures: () => alarms.figures(),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

interface Candidate {
  readonly entry: AlarmEntry;
  readonly place: AlarmPlace;
}

class MemoryAlarms {
  readonly #recent: RecentAlarms;
  readonly #histories = new Map<string, AlarmAction[]>();
  #sequence = 0;
  #decided = 0;

  constructor(limit: number, closedStatus: string) {
    this.#recent = new RecentAlarms(limit, closedStatus);
  }

  apply(changes: readonly PlacedChange[]): void {
    for (const { change, sequence } of changes) {
      const entry = this.#recent.apply(change, sequence);
      this.#sequence = sequence;
      if (change.type === 'alarm') this.#decided += 1;
      if (change.type === 'action' && entry !== undefined) this.#note(change.action);
    }
    this.#forgetHistories();
  }

  list({ filter, sort, after, limit }: AlarmListQuery): AlarmPage {
    const first = new FirstItems<Candidate>(limit + 1, (left, right) =>
      comparePlaces(left.place, right.place, sort),
    );
    let total = 0;
    for (const entry of this.#fitting(filter)) {
      total += 1;
      const place = placeOf(entry.state, sort);
      if (after === undefined || comparePlaces(place, after, sort) > 0) {
        first.offer({ entry, place });
      }
    }
    const found = first.take();
    const page = found.slice(0, limit);
    return {
      sequence: this.#sequence,
      alarms: page.map(({ entry }) => toStored(entry)),
      total,
      next: found.length > limit ? page.at(-1)?.place : undefined,
    };
  }

  countFacets({ filter, limit }: AlarmFacetQuery): AlarmFacets {
    const countOne = (name: FacetName): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const entry of this.#fitting(withoutCriteria(filter, [name]))) {
        for (const value of facetValuesOf(entry.state, name)) {
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
      }
      return counts;
    };
    const counted = new Map(FACET_NAMES.map((name) => [name, countOne(name)]));
    return mapFacets((name) => toFacet(counted.get(name) ?? [], limit));
  }

  get(id: string): StoredAlarmDetail | undefined {
    const entry = this.#recent.get(id);
    if (entry === undefined || entry.isDeleted) return undefined;
    const total = entry.state.events_total;
    return {
      ...toStored(entry),
      history: this.#histories.get(id) ?? [],
      event_summary: {
        ...{ total, kept: 0, recorded: false, stages: [], bucket_seconds: 60, not_kept: [] },
      },
    };
  }

  countOverTime(query: AlarmStatisticsQuery): AlarmStatistics {
    const timeOf = ({ lineState: { alarm } }: AlarmEntry): number =>
      query.of === 'created' ? alarm.created_time : alarm.update_time;
    const entries = this.#fitting(query.filter).filter(
      (entry) => timeOf(entry) >= query.since && timeOf(entry) < query.until,
    );
    const values = [...new Set(entries.flatMap(({ state }) => facetValuesOf(state, query.by)))];
    const keys = new Map(values.map((value, key) => [value, key]));
    const counted = countOverTime(query, {
      keys: values.length,
      nameOf: (key) => values[key] ?? '',
      visit: (count) => {
        for (const entry of entries) {
          for (const value of facetValuesOf(entry.state, query.by)) {
            count(timeOf(entry), keys.get(value) ?? 0);
          }
        }
      },
    });
    const secondsUntil = (key: 'first_look' | 'closed_at'): number[] =>
      entries
        .filter(({ handling }) => handling[key] > 0)
        .map(({ handling, lineState }) => handling[key] - lineState.alarm.created_time);
    return {
      ...counted,
      first_look_seconds: medianOf(secondsUntil('first_look')),
      close_seconds: medianOf(secondsUntil('closed_at')),
    };
  }

  countByAddress(address: string, exceptId: string): number {
    return this.#fitting({}).filter(({ id, lineState: { alarm } }) => {
      return (
        id !== exceptId && (alarm.src_ips.includes(address) || alarm.dst_ips.includes(address))
      );
    }).length;
  }

  find(ids: readonly string[]): StoredAlarm[] {
    return ids
      .map((id) => this.#recent.get(id))
      .filter((entry) => entry !== undefined)
      .map(toStored);
  }

  select({ filter, asOf, afterId, limit }: AlarmSelection): SelectedAlarms {
    const entries = this.#fitting(filter)
      .filter(({ id, appeared }) => id > afterId && appeared <= asOf)
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    return {
      alarms: entries.slice(0, limit).map(toStored),
      left: Math.max(0, entries.length - limit),
    };
  }

  interruptAllBut(liveIds: readonly string[]): number {
    const live = new Set(liveIds);
    const left = [...this.#recent.entries()].filter(
      (entry) => entry.isRunning && !live.has(entry.id),
    );
    for (const { id } of left) this.#recent.interrupt(id);
    return left.length;
  }

  figures(): AlarmStoreFigures {
    return {
      ...{ kind: 'memory', bytes: 0, lagSeconds: 0, lost: 0, failure: undefined },
      alarms: this.#fitting({}).length,
      ...{ decided: this.#decided, written: this.#decided },
    };
  }

  /** Those that fit and are not deleted. */
  #fitting(filter: AlarmFilter): AlarmEntry[] {
    const matches = compileAlarmFilter(filter);
    return [...this.#recent.entries()].filter((entry) => !entry.isDeleted && matches(entry));
  }

  #note(action: AlarmAction): void {
    const history = this.#histories.get(action.alarm_id) ?? [];
    this.#histories.set(action.alarm_id, history);
    history.push(action);
  }

  /** An alarm that was let go takes its history with it. */
  #forgetHistories(): void {
    if (this.#histories.size <= this.#recent.size) return;
    for (const id of this.#histories.keys()) {
      if (this.#recent.get(id) === undefined) this.#histories.delete(id);
    }
  }
}

function toStored(entry: AlarmEntry): StoredAlarm {
  return { ...entry.state, ...entry.handling };
}
