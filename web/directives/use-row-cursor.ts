import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { keepNote, readNote } from '../router/router.ts';

type RowId = string | number;

/** For the element of a row. */
export interface RowAttributes {
  readonly 'aria-selected': boolean;
  readonly 'aria-rowindex': number;
  readonly tabIndex: number;
  readonly onFocus: () => void;
}

export interface RowCursorInput<Id extends RowId> {
  readonly ids: readonly Id[];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rowHeight: number;
  readonly headHeight: number;
}

export interface RowCursor<Id extends RowId> {
  /** null: no row yet. */
  readonly id: Id | null;
  /** Moves by rows, within the list. */
  readonly move: (by: number) => void;
  readonly set: (id: Id) => void;
  /** For the element of each row. */
  readonly props: (id: Id, index: number) => RowAttributes;
}

/** The row that keys act on: it has the one tab stop of the list, is kept with the history, and scrolls into sight. */
export function useRowCursor<Id extends RowId>(input: RowCursorInput<Id>): RowCursor<Id> {
  const { ids, scroller, rowHeight, headHeight } = input;
  const [chosen, setChosen] = useState<RowId | null>(() => readNote('cursor') ?? null);
  const isMoved = useRef(false);
  const at = ids.findIndex((id) => id === chosen);
  const id = at < 0 ? null : (ids[at] ?? null);
  useLayoutEffect(() => {
    if (!isMoved.current) return;
    isMoved.current = false;
    scroller.current?.querySelector<HTMLElement>('tr[aria-selected=true]')?.focus({
      preventScroll: true,
    });
  });
  const set = (next: Id): void => {
    keepNote('cursor', next);
    setChosen(next);
  };
  const move = (by: number): void => {
    const index = Math.min(ids.length - 1, Math.max(0, at + by));
    const next = ids[index];
    if (next === undefined) return;
    isMoved.current = true;
    scrollTo(scroller.current, { top: index * rowHeight, rowHeight, headHeight });
    set(next);
  };
  const props = (row: Id, index: number): RowAttributes => ({
    'aria-selected': row === id,
    'aria-rowindex': index + 2,
    tabIndex: row === id || (id === null && index === 0) ? 0 : -1,
    onFocus: () => {
      if (row !== id) set(row);
    },
  });
  return { id, move, set, props };
}

function scrollTo(
  scroller: HTMLElement | null,
  { top, rowHeight, headHeight }: { top: number; rowHeight: number; headHeight: number },
): void {
  if (scroller === null) return;
  const height = scroller.clientHeight - headHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight > scroller.scrollTop + height) {
    scroller.scrollTop = top + rowHeight - height;
  }
}
