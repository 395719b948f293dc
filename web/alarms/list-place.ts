// Where one is in the list: scroll position and cursor are kept with the history, rows in sight are loaded, the cursor
// stays in sight and has the focus.
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { RowWindow } from '../controls/virtual-rows.ts';
import { keepNote, readNote } from '../router/router.ts';
import { takenIn } from './follow.ts';
import { rowShift } from './kept-place.ts';
import { cursor, loadRows, queueOrder, shownQueue } from './queue-store.ts';

const AHEAD_ROWS = 100;

/** Set before the cursor is moved: whether its row gets the focus, as it does by keys. */
export const listPlace = { focus: false };

const seen = signal<{ readonly from: number; readonly to: number; readonly of: number }>({
  ...{ from: 0, to: 0, of: 0 },
});
/** The rows in sight, from 1, of how many. */
export const rowsInSight: ReadonlySignal<typeof seen.value> = seen;

export interface ListPlaceInput {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rowHeight: number;
  readonly headHeight: number;
  readonly window: RowWindow;
  /** Rows of the list, loaded or not. */
  readonly count: number;
}

/** Keeps all of that while the list is drawn. */
export function useListPlace(input: ListPlaceInput): void {
  const { scroller, rowHeight, headHeight, window, count } = input;
  const key = shownQueue.value?.key;
  useLayoutEffect(() => {
    const { current } = scroller;
    if (key === undefined || current === null) return undefined;
    const top = readNote('scroll');
    const at = readNote('cursor');
    const order = queueOrder.peek();
    const isKnown = typeof at === 'string' && order.includes(at);
    if (isKnown) cursor.value = at;
    else if (!order.includes(cursor.peek() ?? '')) cursor.value = order[0] ?? null;
    current.scrollTo({ top: typeof top === 'number' ? top : 0 });
    const keep = (): void => {
      keepNote('scroll', current.scrollTop);
    };
    current.addEventListener('scroll', keep, { passive: true });
    return () => {
      current.removeEventListener('scroll', keep);
    };
  }, [key, scroller]);
  useEffect(() => {
    void loadRows(window.end + AHEAD_ROWS);
  }, [window.end, key]);
  useEffect(() => {
    seen.value = { from: window.from, to: window.to, of: count };
  }, [window.from, window.to, count]);
  useCursorInSight({ scroller, rowHeight, headHeight });
  useMoves(scroller, rowHeight);
}

function useCursorInSight({
  scroller,
  rowHeight,
  headHeight,
}: Pick<ListPlaceInput, 'scroller' | 'rowHeight' | 'headHeight'>): void {
  useEffect(
    () =>
      effect(() => {
        const id = cursor.value;
        const { current } = scroller;
        if (id === null || current === null) return;
        keepNote('cursor', id);
        const index = queueOrder.peek().indexOf(id);
        if (index < 0) return;
        const top = index * rowHeight;
        const height = current.clientHeight - headHeight;
        if (top < current.scrollTop) current.scrollTop = top;
        else if (top + rowHeight > current.scrollTop + height) {
          current.scrollTop = top + rowHeight - height;
        }
        if (!listPlace.focus) return;
        listPlace.focus = false;
        focusRow(current, id);
      }),
    [scroller, rowHeight, headHeight],
  );
}

/** A row far away is drawn only with the next frames. */
function focusRow(list: HTMLElement, id: string, tries = 3): void {
  requestAnimationFrame(() => {
    const row = list.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id)}"]`);
    if (row !== null) row.focus({ preventScroll: true });
    else if (tries > 0) focusRow(list, id, tries - 1);
  });
}

/** What happened before the list was drawn moves nothing. */
function useMoves(scroller: RefObject<HTMLElement | null>, rowHeight: number): void {
  const done = useRef({ shift: rowShift.peek(), taken: takenIn.peek() });
  const shift = rowShift.value;
  const taken = takenIn.value;
  useLayoutEffect(() => {
    const before = done.current;
    done.current = { shift, taken };
    if (taken !== before.taken) scroller.current?.scrollTo({ top: 0 });
    else if (shift !== null && shift !== before.shift) {
      scroller.current?.scrollBy({ top: shift.rows * rowHeight });
    }
  }, [shift, taken, rowHeight, scroller]);
}
