// Changes of the one who looks at the page: shown at once, and taken back where the engine does not do them.
import type { QueueList, Overlay } from './queue-list.ts';
import { marksOf, withMarks, type Marks, type MarkSet, type QueueRow } from './queue-row.ts';

/** What the engine answers for an alarm that it has changed, or left as it is. */
export interface Settled {
  readonly id: string;
  readonly version?: number;
  /** How it is now; absent when it is not known any more. */
  readonly now?: Marks | undefined;
  /** Who has changed it meanwhile, when it was left as it is. */
  readonly by?: string | undefined;
}

export interface OwnChange {
  readonly ids: readonly string[];
  readonly set: MarkSet;
  /** Whether a row belongs to the list. */
  readonly fits: (row: QueueRow) => boolean;
}

/** How long a state that was under way when the engine answered must not undo what is shown, in seconds. */
const SETTLING_SECONDS = 3;

/** The list with a change that is about to be sent; what no longer fits is taken out. */
export function applyWish(list: QueueList, { ids, set, fits }: OwnChange): QueueList {
  return edit(list, ids, (row, overlay) => {
    const { comment, ...marks } = set;
    const shown = withMarks(row, marks);
    const comments = comment === undefined ? 0 : 1;
    const next: QueueRow = { ...shown, comments: shown.comments + comments, departed: '' };
    return {
      row: { ...next, gone: !fits(next) },
      overlay: {
        set: { ...overlay?.set, ...marks },
        base: overlay?.base ?? marksOf(row),
        pending: (overlay?.pending ?? 0) + 1,
        settledAt: 0,
        comments: (overlay?.comments ?? 0) + comments,
      },
    };
  });
}

/** The list after an answer, at `now` (Unix seconds): changed alarms as they are, skipped ones as somebody else made them. */
export function settleWish(
  list: QueueList,
  settled: readonly Settled[],
  { now, fits }: { readonly now: number; readonly fits: (row: QueueRow) => boolean },
): QueueList {
  const byId = new Map(settled.map((one) => [one.id, one]));
  const ids = [...byId.keys()];
  return edit(forgetGone(list, ids), ids, (row, overlay) => {
    const { version = row.version, now: marks, by } = byId.get(row.alarm.alarm_id) ?? {};
    const pending = Math.max(0, (overlay?.pending ?? 0) - 1);
    const base = marks ?? overlay?.base ?? marksOf(row);
    const wasSkipped = by !== undefined || marks === undefined;
    if (overlay === undefined || (wasSkipped && pending === 0)) {
      const shown = { ...withMarks(row, base), version };
      return { row: back(shown, fits, by), overlay: undefined };
    }
    return { row: { ...row, version }, overlay: { ...overlay, base, pending, settledAt: now } };
  });
}

/** The list after a refusal: the rows are what they were. */
export function refuseWish(list: QueueList, { ids, set, fits }: OwnChange): QueueList {
  return edit(forgetGone(list, ids), ids, (row, overlay) => {
    if (overlay === undefined) return { row, overlay };
    const pending = overlay.pending - 1;
    const comments = set.comment === undefined ? 0 : 1;
    const shown = { ...row, comments: row.comments - comments };
    if (pending > 0) return { row: shown, overlay: { ...overlay, pending } };
    return { row: back(withMarks(shown, overlay.base), fits, undefined), overlay: undefined };
  });
}

/** A new list with the changes that have no answer yet. */
export function keepPending(
  list: QueueList,
  overlays: ReadonlyMap<string, Overlay>,
  fits: (row: QueueRow) => boolean,
): QueueList {
  const pending = new Map([...overlays].filter(([, overlay]) => overlay.pending > 0));
  return edit({ ...list, overlays: pending }, pending.keys(), (row, overlay) => {
    const shown = withMarks(row, overlay?.set ?? {});
    return { row: { ...shown, gone: !fits(shown) }, overlay };
  });
}

/** What stays of an overlay when the feed tells `base`; undefined when it has served. */
export function keepOverlay(overlay: Overlay, base: Marks, now: number): Overlay | undefined {
  const isServed = overlay.pending === 0 && now - overlay.settledAt > SETTLING_SECONDS;
  return isServed ? undefined : { ...overlay, base };
}

function back(row: QueueRow, fits: (row: QueueRow) => boolean, by: string | undefined): QueueRow {
  const isIn = fits(row);
  if (isIn) return { ...row, gone: false, departed: '' };
  return by === undefined ? row : { ...row, gone: false, departed: departureOf(row, by) };
}

/** "Closed by analyst2". */
export function departureOf(row: QueueRow, by: string): string {
  return `${row.deleted === true ? 'Deleted' : row.alarm.status} by ${by}`;
}

/** Without what was wished of alarms that a newer list does not have: it was answered, and must not hide them later. */
function forgetGone(list: QueueList, ids: readonly string[]): QueueList {
  const overlays = new Map(list.overlays);
  for (const id of ids) if (!list.rows.has(id)) overlays.delete(id);
  return { ...list, overlays };
}

interface Edited {
  readonly row: QueueRow;
  readonly overlay: Overlay | undefined;
}

function edit(
  list: QueueList,
  ids: Iterable<string>,
  change: (row: QueueRow, overlay: Overlay | undefined) => Edited,
): QueueList {
  const rows = new Map(list.rows);
  const overlays = new Map(list.overlays);
  for (const id of ids) {
    const known = rows.get(id);
    if (known === undefined) continue;
    const { row, overlay } = change(known, overlays.get(id));
    rows.set(id, row);
    if (overlay === undefined) overlays.delete(id);
    else overlays.set(id, overlay);
  }
  return { ...list, rows, overlays };
}
