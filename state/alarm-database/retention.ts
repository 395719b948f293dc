import { FirstItems } from '../../core/alarm/first-items.ts';
import { RUNNING, type AlarmColumns } from './columns.ts';

/** The rows that go first: closed and deleted ones that have ended, then others that have, then running ones; the longest unchanged before others. */
export function chooseVictims(
  columns: AlarmColumns,
  count: number,
  closedStatus: string,
): number[] {
  const closed = columns.statuses.find(closedStatus);
  const classOf = (row: number): number => {
    if (columns.progress[row] === RUNNING) return 2;
    return columns.status[row] === closed || columns.deleted[row] === 1 ? 0 : 1;
  };
  const first = new FirstItems<number>(
    count,
    (left, right) =>
      classOf(left) - classOf(right) ||
      (columns.updated[left] ?? 0) - (columns.updated[right] ?? 0) ||
      left - right,
  );
  for (let row = 0; row < columns.end; row += 1) {
    if (columns.ids[row] !== undefined) first.offer(row);
  }
  return first.take();
}
