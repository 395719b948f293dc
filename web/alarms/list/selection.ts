// Ticked rows, and where the cursor goes.
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** All that fit the filter, not only those that are loaded: how many. */
  readonly all: number | null;
}

export const NO_SELECTION: Selection = { ids: new Set(), all: null };

/** How many alarms are selected. */
export function countSelected({ ids, all }: Selection): number {
  return all ?? ids.size;
}

/** The selection with an alarm ticked, or no longer. */
export function toggleSelected({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, all: null };
}

/** The selection with all rows from `from` to `to`, both included. */
export function extendSelection(
  { ids }: Selection,
  order: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): Selection {
  const [first = 0, last = 0] = [order.indexOf(from), order.indexOf(to)].sort((a, b) => a - b);
  return { ids: new Set([...ids, ...order.slice(Math.max(0, first), last + 1)]), all: null };
}

/** Only what is still shown. */
export function keepSelected(selection: Selection, order: readonly string[]): Selection {
  if (selection.ids.size === 0) return selection;
  const kept = new Set(order.filter((id) => selection.ids.has(id)));
  return kept.size === selection.ids.size ? selection : { ids: kept, all: null };
}

/** The row `step` rows away, at most the first or last; the first one when the cursor is nowhere. */
export function moveCursor(
  order: readonly string[],
  cursor: string | null,
  step: number,
): string | null {
  const at = cursor === null ? -1 : order.indexOf(cursor);
  if (at < 0) return order[0] ?? null;
  return order[Math.max(0, Math.min(order.length - 1, at + step))] ?? null;
}

/** Where the cursor is after rows left: on its row, else on the next that stayed, else on the one before. */
export function cursorAfter(
  before: readonly string[],
  after: ReadonlySet<string>,
  cursor: string | null,
): string | null {
  const at = cursor === null ? -1 : before.indexOf(cursor);
  if (at < 0) return cursor !== null && after.has(cursor) ? cursor : null;
  const below = before.slice(at).find((id) => after.has(id));
  return below ?? before.slice(0, at).findLast((id) => after.has(id)) ?? null;
}
