// The snapshot that the queue shows: order and membership stay as they were taken, values change in place.
import { comparePlaces, placeOf, type AlarmSort } from '../../../core/alarm/alarm-order.ts';
import {
  toQueueRow,
  type AlarmListAnswer,
  type MarkSet,
  type Marks,
  type QueueRow,
} from './queue-row.ts';

/** A change of marks that is shown before the engine has told of it. */
export interface Overlay {
  readonly set: MarkSet;
  /** As the engine has it, for when it refuses. */
  readonly base: Marks;
  /** Requests without an answer. */
  readonly pending: number;
  /** Unix seconds of the last answer; 0 before. */
  readonly settledAt: number;
  /** Own comments that the feed has not told yet. */
  readonly comments: number;
}

export interface QueueList {
  /** Ids as they were sorted when the list was taken. */
  readonly order: readonly string[];
  readonly rows: ReadonlyMap<string, QueueRow>;
  readonly overlays: ReadonlyMap<string, Overlay>;
  /** How many fitted the filter when it was taken. */
  readonly total: number;
  /** Cursor of what is not loaded; null: all is. */
  readonly next: string | null;
  /** The last change of the feed that is in it. */
  readonly asOf: number;
  /** Unix seconds by the server's clock. */
  readonly takenAt: number;
}

/** A new snapshot out of the first page. */
export function startList(answer: AlarmListAnswer, takenAt: number): QueueList {
  const empty: QueueList = {
    ...{ order: [], rows: new Map(), overlays: new Map(), total: answer.total },
    ...{ next: null, asOf: answer.as_of, takenAt },
  };
  return addPage(empty, answer);
}

/** The snapshot with one more page; rows that moved up meanwhile are there already and keep their place. */
export function addPage(list: QueueList, { alarms, next }: AlarmListAnswer): QueueList {
  const rows = new Map(list.rows);
  const order = [...list.order];
  for (const alarm of alarms) {
    const id = alarm.alarm.alarm_id;
    if (rows.has(id)) continue;
    rows.set(id, toQueueRow(alarm));
    order.push(id);
  }
  const total = next === null ? order.length : Math.max(list.total, order.length);
  return { ...list, rows, order, next, total };
}

/**
 * The snapshot after something was missed: values of what a fresh answer has are taken over, order stays. Rows that a
 * complete answer lacks have left the list; why is not known. Answers the rows that are new too: those that stand among the
 * loaded ones, for what comes after them is only further down.
 */
export function renewRows(
  list: QueueList,
  { alarms, next, as_of: asOf }: AlarmListAnswer,
  sort: AlarmSort,
): { readonly list: QueueList; readonly fresh: readonly QueueRow[] } {
  const rows = new Map(list.rows);
  const fresh: QueueRow[] = [];
  const seen = new Set<string>();
  const last = list.next === null ? undefined : list.rows.get(list.order.at(-1) ?? '');
  const isAmongLoaded = (row: QueueRow): boolean =>
    last === undefined || comparePlaces(placeOf(row, sort), placeOf(last, sort), sort) < 0;
  for (const alarm of alarms) {
    const row = toQueueRow(alarm);
    const id = row.alarm.alarm_id;
    const known = rows.get(id);
    seen.add(id);
    if (known === undefined) {
      if (isAmongLoaded(row)) fresh.push(row);
    } else if (!list.overlays.has(id)) rows.set(id, row);
  }
  for (const [id, row] of rows) {
    if (next !== null || seen.has(id) || row.gone || row.departed !== '') continue;
    rows.set(id, { ...row, departed: 'No longer in this list' });
  }
  return { list: { ...list, rows, asOf }, fresh };
}

/** The rows that are drawn, in their order. */
export function shownRows({ order, rows }: QueueList): QueueRow[] {
  const shown: QueueRow[] = [];
  for (const id of order) {
    const row = rows.get(id);
    if (row !== undefined && !row.gone) shown.push(row);
  }
  return shown;
}
