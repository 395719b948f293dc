// A change of one's own in what is shown: list, tabs, filters, bar and title follow in the same frame.
import { serverNow } from '../format/clock.ts';
import { moveCount } from '../live/status-counts.ts';
import { keepPlaceOf } from './kept-place.ts';
import { applyWish, refuseWish, settleWish, type Settled } from './list/own-changes.ts';
import type { QueueList } from './list/queue-list.ts';
import type { MarkSet, QueueRow } from './list/queue-row.ts';
import { cursorAfter } from './list/selection.ts';
import type { Sent } from './list/send-changes.ts';
import { shiftFacets } from './queue-facets.ts';
import { cursor, putList, queueOrder, shownQueue } from './queue-store.ts';

/** A part of a change: alarms that get the same. */
export interface Part {
  readonly ids: readonly string[];
  readonly set: MarkSet;
}

/** The rows of alarms that the list has. */
export function rowsOf(ids: readonly string[]): QueueRow[] {
  const rows = shownQueue.peek()?.list.rows;
  return ids.flatMap((id) => rows?.get(id) ?? []);
}

/** Shows a change before the engine knows of it, everywhere in the same frame. */
export function show(parts: readonly Part[], { keepPlace = true } = {}): void {
  edit(
    parts.flatMap(({ ids }) => ids),
    (list, fits) => parts.reduce((next, part) => applyWish(next, { ...part, fits }), list),
    keepPlace,
  );
}

/** Takes the engine's answer in; what it did not get to is as before. */
export function take(
  parts: readonly Part[],
  { changed, skipped }: Sent,
  { keepPlace = true } = {},
): void {
  const settled: Settled[] = [
    ...changed.map(({ id, version, after }) => ({ id, version, now: after })),
    ...skipped.map(({ id, version, now, by }) => ({
      ...{ id, now, by: by ?? 'somebody else' },
      ...(version !== undefined && { version }),
    })),
  ];
  const answered = new Set(settled.map(({ id }) => id));
  edit(
    parts.flatMap(({ ids }) => ids),
    (list, fits) =>
      parts.reduce(
        (next, { ids, set }) =>
          refuseWish(next, { ids: ids.filter((id) => !answered.has(id)), set, fits }),
        settleWish(list, settled, { now: serverNow(), fits }),
      ),
    keepPlace,
  );
}

/** Replaces the list; counts move with it, and the cursor keeps its place on the screen. */
function edit(
  ids: readonly string[],
  change: (list: QueueList, fits: (row: QueueRow) => boolean) => QueueList,
  keepPlace = true,
): void {
  const shown = shownQueue.peek();
  if (shown === null) return;
  const now = Math.floor(serverNow());
  const fits = (row: QueueRow): boolean => shown.fits(row, now);
  const list = change(shown.list, fits);
  const order = queueOrder.peek();
  const before = cursor.peek();
  const put = (): void => {
    putList(list);
    cursor.value = cursorAfter(order, new Set(queueOrder.peek()), before);
  };
  if (keepPlace) keepPlaceOf(put);
  else put();
  moveCounts(shown.list, list, { ids, fits });
}

function moveCounts(
  before: QueueList,
  after: QueueList,
  { ids, fits }: { readonly ids: readonly string[]; readonly fits: (row: QueueRow) => boolean },
): void {
  const moved = ids.flatMap((id) => {
    const [was, is] = [before.rows.get(id), after.rows.get(id)];
    if (was === undefined || is === undefined || was === is) return [];
    return [{ before: was, after: is, wasIn: fits(was), isIn: fits(is) }];
  });
  for (const { before: was, after: is } of moved) {
    const [from, to] = [statusOf(was), statusOf(is)];
    if (from !== to) moveCount(from, to, 1);
  }
  if (moved.length > 0) shiftFacets(moved);
}

function statusOf({ alarm, deleted }: QueueRow): string | null {
  return deleted === true ? null : alarm.status;
}
