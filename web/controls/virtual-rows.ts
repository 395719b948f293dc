import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface RowWindow {
  /** Rows `first` (included) to `end` (not included) are to be drawn. */
  readonly first: number;
  readonly end: number;
  /** Heights in pixels of what stands for the rows above and below. */
  readonly above: number;
  readonly below: number;
  /** Rows in sight, from 1, for "1–24 of 27". */
  readonly from: number;
  readonly to: number;
}

export interface RowWindowInput {
  readonly count: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly height: number;
}

/** Up to here all rows are drawn. */
const ALL_UP_TO = 200;
const SPARE_ROWS = 12;

/** Which rows of a list with rows of one height are in sight. */
export function toRowWindow({ count, rowHeight, scrollTop, height }: RowWindowInput): RowWindow {
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  const from = Math.min(count, Math.floor(top / rowHeight) + 1);
  const to = Math.min(count, Math.max(from, Math.floor((top + height) / rowHeight)));
  if (count <= ALL_UP_TO) return { first: 0, end: count, above: 0, below: 0, from, to };
  const first = Math.max(0, from - 1 - SPARE_ROWS);
  const end = Math.min(count, to + 1 + SPARE_ROWS);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight, from, to };
}

/** The window of a scrolled element, below a head of `headHeight` pixels; follows scrolling and resizing. */
export function useVirtualRows(
  scroller: RefObject<HTMLElement | null>,
  { count, rowHeight, headHeight = 0 }: { count: number; rowHeight: number; headHeight?: number },
): RowWindow {
  const [place, setPlace] = useState({ scrollTop: 0, height: 800 });
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return undefined;
    const look = (): void => {
      const next = { scrollTop: current.scrollTop, height: current.clientHeight - headHeight };
      setPlace((before) =>
        before.scrollTop === next.scrollTop && before.height === next.height ? before : next,
      );
    };
    const observer = new ResizeObserver(look);
    observer.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, [scroller, headHeight]);
  return toRowWindow({ count, rowHeight, ...place });
}
