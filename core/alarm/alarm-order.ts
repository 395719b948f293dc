import type { AlarmState } from './alarm-state.ts';

/**
 * What a list of alarms can be ordered by: `last` is update_time, `risk` the risk and then update_time, `created`
 * created_time, `event` last_event, `events` events_total. Alarms that are equal in it are ordered by id.
 */
export const ALARM_SORT_KEYS = ['last', 'risk', 'created', 'event', 'events'] as const;
export type AlarmSortKey = (typeof ALARM_SORT_KEYS)[number];

export interface AlarmSort {
  readonly by: AlarmSortKey;
  readonly descending: boolean;
}

/** A place in an ordered list. It says nothing about the store, so that it holds for several stores together. */
export interface AlarmPlace {
  readonly values: readonly number[];
  readonly id: string;
}

/** Where the alarm stands in a list that is ordered so. */
export function placeOf(state: AlarmState, { by }: AlarmSort): AlarmPlace {
  return { values: valuesOf(state, by), id: state.alarm.alarm_id };
}

/** Negative when `left` comes before `right` in a list that is ordered so. */
export function comparePlaces(
  left: AlarmPlace,
  right: AlarmPlace,
  { descending }: AlarmSort,
): number {
  for (const [index, value] of left.values.entries()) {
    const difference = value - (right.values[index] ?? 0);
    if (difference !== 0) return descending ? -difference : difference;
  }
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}

/** How many numbers the place in a list that is ordered so has. */
export function placeLength(by: AlarmSortKey): number {
  return by === 'risk' ? 2 : 1;
}

function valuesOf({ alarm, last_event, events_total }: AlarmState, by: AlarmSortKey): number[] {
  switch (by) {
    case 'last':
      return [alarm.update_time];
    case 'risk':
      return [alarm.risk, alarm.update_time];
    case 'created':
      return [alarm.created_time];
    case 'event':
      return [last_event];
    case 'events':
      return [events_total];
  }
}
