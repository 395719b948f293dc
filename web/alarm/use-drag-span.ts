import type { HTMLAttributes } from 'preact';
import { useState } from 'preact/hooks';
import type { Span } from '../ladder/lane-scale.ts';

export interface DragSpan {
  /** What is dragged over just now. */
  readonly dragged: Span | null;
  /** For each element that is one scale wide. */
  readonly handlers: Pick<
    HTMLAttributes<HTMLDivElement>,
    'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel' | 'onDblClick'
  >;
}

const LEAST_PIXELS = 4;

/** Lets somebody drag over a scale; `select` gets the span, or null on a double click. */
export function useDragSpan(scale: Span, select: (span: Span | null) => void): DragSpan {
  const [drag, setDrag] = useState<{ start: number; end: number; width: number } | null>(null);
  const timeAt = (event: PointerEvent, element: Element): number => {
    const { left, width } = element.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return scale.from + share * (scale.to - scale.from);
  };
  const spanOf = ({ start, end }: { start: number; end: number }): Span => ({
    from: Math.min(start, end),
    to: Math.max(start, end),
  });
  return {
    dragged: drag === null ? null : spanOf(drag),
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        const { currentTarget } = event;
        currentTarget.setPointerCapture(event.pointerId);
        const at = timeAt(event, currentTarget);
        setDrag({ start: at, end: at, width: currentTarget.clientWidth });
      },
      onPointerMove: (event) => {
        if (drag !== null) setDrag({ ...drag, end: timeAt(event, event.currentTarget) });
      },
      onPointerUp: () => {
        if (drag === null) return;
        const span = spanOf(drag);
        setDrag(null);
        const pixels = ((span.to - span.from) / (scale.to - scale.from)) * drag.width;
        if (pixels >= LEAST_PIXELS) select(span);
      },
      onPointerCancel: () => {
        setDrag(null);
      },
      onDblClick: () => {
        select(null);
      },
    },
  };
}
