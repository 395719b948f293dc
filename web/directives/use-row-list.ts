import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { useKeys } from '../controls/keyboard.ts';
import { useMedia } from '../controls/use-media.ts';
import { useVirtualRows, type RowWindow } from '../controls/virtual-rows.ts';
import { formatCount } from '../format/numbers.ts';
import { useKeptScroll } from '../router/use-kept-scroll.ts';
import { useRowCursor, type RowCursor } from './use-row-cursor.ts';

export interface RowList<Id extends string | number> {
  /** For the element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly window: RowWindow;
  readonly cursor: RowCursor<Id>;
  /** Rows are two lines high. */
  readonly isNarrow: boolean;
  /** "1–24 of 27" for the foot line, of so many; undefined without rows. */
  readonly placeOf: (total: number) => string | undefined;
}

/** A list of rows of one height: what is in sight, the row that keys act on, and the keys that move it. */
export function useRowList<Id extends string | number>(
  ids: readonly Id[],
  noun: string,
): RowList<Id> {
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia('(max-width: 860px)');
  const rowHeight = isNarrow ? 60 : 32;
  const headHeight = isNarrow ? 0 : 28;
  const count = ids.length;
  const window = useVirtualRows(scroller, { count, rowHeight, headHeight });
  const cursor = useRowCursor({ ids, scroller, rowHeight, headHeight });
  useKeptScroll(scroller, count > 0);
  const by = (rows: number) => (): void => {
    cursor.move(rows);
  };
  useKeys({
    j: { text: 'move down', run: by(1) },
    k: { text: 'move up', run: by(-1) },
    down: { text: '', run: by(1) },
    up: { text: '', run: by(-1) },
    'g g': { text: `first ${noun}`, run: by(-count) },
    G: { text: `last ${noun}`, run: by(count) },
  });
  const placeOf = (total: number): string | undefined =>
    count === 0
      ? undefined
      : `${formatCount(window.from)}–${formatCount(window.to)} of ${formatCount(total)}`;
  return { scroller, window, cursor, isNarrow, placeOf };
}
