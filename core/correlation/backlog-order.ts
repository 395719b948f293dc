// The orders in which live backlogs are listed; a page of a list ends at a place, not after a number of rows.

/** What lists can be sorted by: the deadline, the first and the last accepted event, the stage. */
export const BACKLOG_SORT_KEYS = ['deadline', 'opened', 'last', 'stage'] as const;

/** An order; backlogs with equal values come by id. */
export interface BacklogSort {
  readonly by: (typeof BACKLOG_SORT_KEYS)[number];
  readonly descending: boolean;
}

/** Soonest to end first. */
export const SOONEST_FIRST: BacklogSort = { by: 'deadline', descending: false };

/** What an order looks at; times are Unix seconds. */
export interface OrderedBacklog {
  readonly alarmId: string;
  readonly deadline: number;
  readonly opened: number;
  readonly last: number;
  readonly stage: number;
}

/** A place in a list: the value that it is sorted by, then the id. */
export interface BacklogPlace {
  readonly value: number;
  readonly alarmId: string;
}

/** Where a backlog stands in a list of that order. */
export function placeOf(backlog: OrderedBacklog, { by }: BacklogSort): BacklogPlace {
  return { value: backlog[by], alarmId: backlog.alarmId };
}

/** Compares two places of a list of that order, for `sort`. */
export function comparePlaces({
  descending,
}: BacklogSort): (left: BacklogPlace, right: BacklogPlace) => number {
  const direction = descending ? -1 : 1;
  return (left, right) =>
    (left.value - right.value) * direction || compareIds(left.alarmId, right.alarmId);
}

function compareIds(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
