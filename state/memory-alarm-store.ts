import type { AlarmEntry } from '../core/alarm/alarm-entry.ts';
import {
  facetValuesOf,
  FACET_NAMES,
  mapFacets,
  toFacet,
  type AlarmFacets,
  type FacetName,
} from '../core/alarm/alarm-facets.ts';
import { compileAlarmFilter, withoutCriteria } from '../core/alarm/alarm-filter.ts';
import { comparePlaces, placeOf, type AlarmPlace } from '../core/alarm/alarm-order.ts';
import { RecentAlarms } from '../core/alarm/recent-alarms.ts';
import type { AlarmFacetQuery, AlarmListQuery, AlarmPage, AlarmStore } from './alarm-store.ts';

/** The most alarms that are kept when nothing else is said. */
const DEFAULT_LIMIT = 10_000;
const NEWEST_FIRST = { by: 'last', descending: true } as const;

/** A store without a file, for `--alarm-store off` and tests: at most `limit` alarms, the longest ended ones go first. */
export function createMemoryAlarmStore(limit: number = DEFAULT_LIMIT): AlarmStore {
  const recent = new RecentAlarms(limit);
  let sequence = 0;
  let isClosed = false;

  function answer<Answer>(make: () => Answer): Promise<Answer> {
    return isClosed ? Promise.reject(new AlarmStoreClosedError()) : Promise.resolve(make());
  }

  return {
    apply: (changes) =>
      answer(() => {
        for (const placed of changes) {
          recent.apply(placed.change, placed.sequence);
          ({ sequence } = placed);
        }
      }),
    list: (query) => answer(() => listAlarms(recent, query)),
    facets: (query) => answer(() => countFacets(recent, query)),
    get: (alarmId) => answer(() => recent.get(alarmId)?.state),
    snapshot: (most) =>
      answer(() => ({
        sequence,
        alarms: listAlarms(recent, { filter: {}, sort: NEWEST_FIRST, limit: most }).alarms,
      })),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

/** A store was asked after it had been closed. */
class AlarmStoreClosedError extends Error {
  override readonly name = 'AlarmStoreClosedError';

  constructor() {
    super('the alarm store is closed');
  }
}

interface Candidate {
  readonly entry: AlarmEntry;
  readonly place: AlarmPlace;
}

function listAlarms(
  recent: RecentAlarms,
  { filter, sort, after, limit }: AlarmListQuery,
): AlarmPage {
  const matches = compileAlarmFilter(filter);
  const candidates: Candidate[] = [];
  let total = 0;
  for (const entry of recent.entries()) {
    if (!matches(entry)) continue;
    total += 1;
    const place = placeOf(entry.state, sort);
    if (after === undefined || comparePlaces(place, after, sort) > 0) {
      candidates.push({ entry, place });
    }
  }
  candidates.sort((left, right) => comparePlaces(left.place, right.place, sort));
  const page = candidates.slice(0, limit);
  return {
    alarms: page.map(({ entry }) => entry.state),
    total,
    next: candidates.length > limit ? page.at(-1)?.place : undefined,
  };
}

function countFacets(recent: RecentAlarms, { filter, limit }: AlarmFacetQuery): AlarmFacets {
  const counted = FACET_NAMES.map((name) => ({
    name,
    matches: compileAlarmFilter(withoutCriteria(filter, [name])),
    counts: new Map<string, number>(),
  }));
  for (const entry of recent.entries()) {
    for (const { name, matches, counts } of counted) {
      if (!matches(entry)) continue;
      for (const value of facetValuesOf(entry.state, name)) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
  }
  const countsOf = (name: FacetName): ReadonlyMap<string, number> =>
    counted.find((facet) => facet.name === name)?.counts ?? new Map<string, number>();
  return mapFacets((name) => toFacet(countsOf(name), limit));
}
