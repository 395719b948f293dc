import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { zone } from '../format/clock.ts';
import { formatAxis } from '../format/numbers.ts';
import { formatClock, formatTime } from '../format/times.ts';
import { niceTop } from './nice-scale.ts';
import { useWidth } from './use-width.ts';

export interface RiskBar {
  /** Unix seconds at which it begins. */
  readonly at: number;
  readonly low: number;
  readonly medium: number;
  readonly high: number;
}

export interface StackedBarsProps {
  /** Of equal length in time, oldest first. */
  readonly bars: readonly RiskBar[];
  /** Seconds of one bar. */
  readonly step: number;
  /** Pixels. */
  readonly height: number;
  /** A sentence that says what is to be seen. */
  readonly label: string;
  /** With lines, numbers and times; else the bars alone. */
  readonly axis?: boolean;
  /** Called with Unix seconds when a span was dragged over or a bar clicked. */
  readonly select?: (from: number, to: number) => void;
}

interface Plot {
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly top: number;
}

/** Above the highest bar, for the number of its line. */
const HEADROOM = 6;
/** Of a time at the axis, in pixels. */
const CLOCK_WIDTH = 32;
const RISKS = ['high', 'medium', 'low'] as const;

/** Alarms by time: High at the bottom, so that it has a straight base, then Medium and Low. */
export function StackedBars(props: StackedBarsProps): JSX.Element {
  const { bars, step, height, label, axis = false, select } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const left = axis ? 24 : 0;
  const plot: Plot = {
    left,
    width: Math.max(0, width - left),
    height: axis ? height - 28 : height,
    top: niceTop(Math.max(1, ...bars.map(({ low, medium, high }) => low + medium + high))),
  };
  const barAt = (event: PointerEvent): number => {
    const x = event.clientX - (box.current?.getBoundingClientRect().left ?? 0) - left;
    return Math.min(bars.length - 1, Math.max(0, Math.floor((x / plot.width) * bars.length)));
  };
  const finish = (): void => {
    if (drag === null) return;
    const first = bars[Math.min(drag.from, drag.to)];
    const last = bars[Math.max(drag.from, drag.to)];
    setDrag(null);
    if (first !== undefined && last !== undefined) select?.(first.at, last.at + step);
  };
  return (
    <div
      ref={box}
      class={select === undefined ? 'chart' : 'chart selectable'}
      onPointerDown={(event) => {
        if (select === undefined || bars.length === 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: barAt(event), to: barAt(event) });
      }}
      onPointerMove={(event) => {
        if (drag !== null) setDrag({ from: drag.from, to: barAt(event) });
      }}
      onPointerUp={finish}
      onPointerCancel={() => {
        setDrag(null);
      }}
    >
      <svg width={width} height={height} role="img" aria-label={label}>
        {axis && <Axis bars={bars} plot={plot} />}
        {drag !== null && <Dragged drag={drag} count={bars.length} plot={plot} />}
        {bars.map((bar, index) => (
          <Bar key={bar.at} {...{ bar, index, count: bars.length, plot }} />
        ))}
      </svg>
    </div>
  );
}

interface BarProps {
  readonly bar: RiskBar;
  readonly index: number;
  readonly count: number;
  readonly plot: Plot;
}

function Bar({ bar, index, count, plot }: BarProps): JSX.Element {
  const pitch = plot.width / count;
  const scale = (plot.height - HEADROOM) / plot.top;
  let base = plot.height;
  return (
    <g>
      <title>
        {`${formatTime(bar.at, { zone: zone.value, now: bar.at })}: ${String(bar.high)} High, ${String(bar.medium)} Medium, ${String(bar.low)} Low`}
      </title>
      {RISKS.map((risk) => {
        const size = bar[risk] * scale;
        if (size === 0) return null;
        base -= size;
        return (
          <rect
            key={risk}
            class={`fill-${risk}`}
            x={plot.left + index * pitch + 0.5}
            y={base}
            width={Math.max(1, pitch - 1.5)}
            height={Math.max(1, size - 1)}
          />
        );
      })}
    </g>
  );
}

function Axis({
  bars,
  plot,
}: {
  readonly bars: readonly RiskBar[];
  readonly plot: Plot;
}): JSX.Element {
  const lines = plot.top >= 2 ? [0, plot.top / 2, plot.top] : [0, plot.top];
  const scale = (plot.height - HEADROOM) / plot.top;
  const every = Math.max(1, Math.ceil(bars.length / 6));
  const isRoomFor = (index: number): boolean =>
    (1 - index / bars.length) * plot.width >= CLOCK_WIDTH;
  return (
    <g aria-hidden="true">
      {lines.map((value) => {
        const y = plot.height - value * scale;
        return (
          <g key={value}>
            <line
              class={value === 0 ? 'ax' : 'gl'}
              x1={plot.left}
              x2={plot.left + plot.width}
              y1={y}
              y2={y}
            />
            <text x={plot.left - 8} y={y + 4} text-anchor="end">
              {formatAxis(value)}
            </text>
          </g>
        );
      })}
      {bars.map(({ at }, index) =>
        index % every === 0 && isRoomFor(index) ? (
          <text key={at} x={plot.left + (index * plot.width) / bars.length} y={plot.height + 18}>
            {formatClock(at, zone.value)}
          </text>
        ) : null,
      )}
    </g>
  );
}

interface DraggedProps {
  readonly drag: { readonly from: number; readonly to: number };
  readonly count: number;
  readonly plot: Plot;
}

function Dragged({ drag, count, plot }: DraggedProps): JSX.Element {
  const pitch = plot.width / count;
  const first = Math.min(drag.from, drag.to);
  const bars = Math.abs(drag.from - drag.to) + 1;
  return (
    <rect
      class="dragged"
      x={plot.left + first * pitch}
      y={0}
      width={bars * pitch}
      height={plot.height}
    />
  );
}
