import { comparePlaces, placeOf, type AlarmPlace, type AlarmSort } from './alarm-order.ts';
import type { StoredAlarm } from './alarm-view.ts';

/** A page of alarms in an order. */
interface Page {
  readonly sequence: number;
  readonly alarms: readonly StoredAlarm[];
  readonly total: number;
  readonly next: AlarmPlace | undefined;
}

/** The pages that several stores, which share no alarm, answered to one query, as the page of one store. */
export function mergePages(pages: readonly Page[], sort: AlarmSort, limit: number): Page {
  const alarms = pages
    .flatMap((page) => page.alarms)
    .map((state) => ({ state, place: placeOf(state, sort) }))
    .sort((left, right) => comparePlaces(left.place, right.place, sort));
  const shown = alarms.slice(0, limit);
  const hasMore = alarms.length > limit || pages.some(({ next }) => next !== undefined);
  return {
    sequence: Math.max(0, ...pages.map(({ sequence }) => sequence)),
    alarms: shown.map(({ state }) => state),
    total: pages.reduce((sum, page) => sum + page.total, 0),
    next: hasMore ? shown.at(-1)?.place : undefined,
  };
}
