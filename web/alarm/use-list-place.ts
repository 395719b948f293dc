import { session } from '../api/session.ts';
import { cursor, shownQueue } from '../alarms/queue-store.ts';
import { ALL_STATUSES, queueAddress } from '../router/queue-state.ts';
import { placeInList, type ListPlace } from './list-place.ts';

export interface CameFromPlace extends ListPlace {
  /** What the list holds: `open`, `alarms`. */
  readonly what: string;
}

/** Where the alarm stands in the list that one came from; null for an alarm that was opened by its address. */
export function useListPlace(id: string): CameFromPlace | null {
  const shown = shownQueue.value;
  const place = shown === null ? null : placeInList(shown.list, id);
  if (shown === null || place === null) return null;
  const status = shown.state.status ?? session.value?.statuses[0] ?? '';
  return { ...place, what: status === ALL_STATUSES ? 'alarms' : status.toLowerCase() };
}

/** The address of the list that one came from. */
export function listAddress(): string {
  const shown = shownQueue.peek();
  return queueAddress(shown === null ? {} : { ...shown.state, peek: '' });
}

/** Lets the cursor of the list follow, so that one comes back to the alarm one has read last. */
export function moveCursor(id: string): void {
  if (shownQueue.peek()?.list.rows.has(id) === true) cursor.value = id;
}
