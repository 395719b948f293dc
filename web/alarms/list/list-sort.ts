import { ALARM_SORT_KEYS, type AlarmSort } from '../../../core/alarm/alarm-order.ts';

/** The order that an address names; last change for what is none. */
export function toSort(text: string): AlarmSort {
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  return { by: ALARM_SORT_KEYS.find((key) => key === name) ?? 'last', descending };
}

/** What a click on the head of a column makes of the order: highest first, then reversed. */
export function sortAfterClick(sort: string, key: AlarmSort['by']): string {
  return sort === `-${key}` ? key : `-${key}`;
}

/** How assistive technology calls the order of a column; undefined when it is not the one. */
export function ariaSort(
  sort: string,
  key: AlarmSort['by'],
): 'ascending' | 'descending' | undefined {
  if (sort === key) return 'ascending';
  return sort === `-${key}` ? 'descending' : undefined;
}
