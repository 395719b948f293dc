// A curve over time with a pointer line (uPlot). Only pages that are loaded when they are shown import this file.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { zone } from '../format/clock.ts';
import { formatAxis, formatCount } from '../format/numbers.ts';
import { formatClock, formatTime } from '../format/times.ts';
import { niceTop } from './nice-scale.ts';
import { useWidth } from './use-width.ts';

export interface LineChartProps {
  /** Unix seconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** A sentence that says what is to be seen. */
  readonly label: string;
  /** Pixels. */
  readonly height: number;
  /** Charts with the same key share the pointer line. */
  readonly group: string;
  /** A dashed line at a limit. */
  readonly bound?: { readonly value: number; readonly text: string };
  /** The time that the axis spans, Unix seconds; that of the values unless given. */
  readonly from?: number;
  readonly to?: number;
  /** A second curve on the same axis that tells of trouble: refusals. */
  readonly also?: { readonly values: readonly number[]; readonly text: string } | undefined;
}

const AXIS_FONT = '11px Inter, system-ui, sans-serif';

/** A filled curve; zero is always on the axis. The pointer's time and value stand above it. */
export function LineChart(props: LineChartProps): JSX.Element {
  const { times, values, label, height, also } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const [at, setAt] = useState<number | null>(null);
  const width = useWidth(box);
  useEffect(() => {
    const { current } = box;
    if (current === null || width === 0) return undefined;
    // Colours and zone are read when it is drawn: either changing draws it anew.
    return watchLooks(() => {
      const { times: x, values: y, also } = newest.current;
      const drawn = new uPlot(
        optionsFor({ newest, width, point: setAt }),
        toData({ times: x, values: y, also }),
        current,
      );
      chart.current = drawn;
      return () => {
        chart.current = null;
        drawn.destroy();
      };
    });
  }, [width, height, props.group, also === undefined]);
  useEffect(() => {
    chart.current?.setData(toData({ times, values, also }));
  }, [times, values, also?.values]);
  const time = at === null ? undefined : times[at];
  const value = at === null ? undefined : values[at];
  return (
    <div class="chart" ref={box} role="img" aria-label={label}>
      {time !== undefined && value !== undefined && (
        <span class="pointed">
          {formatTime(time, { zone: zone.value, now: time })} · {formatCount(value)}
          {also !== undefined && at !== null && (
            <span class="failed">
              {' '}
              · {formatCount(also.values[at] ?? 0)} {also.text}
            </span>
          )}
        </span>
      )}
    </div>
  );
}

function toData({
  times,
  values,
  also,
}: Pick<LineChartProps, 'times' | 'values' | 'also'>): uPlot.AlignedData {
  const data: uPlot.AlignedData = [[...times], [...values]];
  return also === undefined ? data : [...data, withoutRests(also.values)];
}

/** Nothing is drawn where nothing happened before, then and after. */
function withoutRests(values: readonly number[]): (number | null)[] {
  return values.map((value, index) => {
    const isRest = value === 0 && !values[index - 1] && !values[index + 1];
    return isRest ? null : value;
  });
}

interface OptionsInput {
  readonly newest: { readonly current: LineChartProps };
  readonly width: number;
  readonly point: (index: number | null) => void;
}

function optionsFor({ newest, width, point }: OptionsInput): uPlot.Options {
  const { height, group } = newest.current;
  const axis = { stroke: token('--text-3'), font: AXIS_FONT, ticks: { show: false } };
  return {
    ...{ width, height, padding: [8, 14, 0, 0], legend: { show: false } },
    cursor: {
      sync: { key: group },
      drag: { x: false, y: false },
      points: { show: false },
      y: false,
    },
    scales: {
      x: {
        range: (_chart, low, high) => [newest.current.from ?? low, newest.current.to ?? high],
      },
      y: {
        range: (_chart, _low, high) => [
          0,
          niceTop(Math.max(2, high, newest.current.bound?.value ?? 0)),
        ],
      },
    },
    series: [
      {},
      {
        stroke: token('--data'),
        fill: `${token('--data')}22`,
        width: 1.5,
        points: { show: false },
      },
      ...(newest.current.also === undefined
        ? []
        : [{ stroke: token('--high'), width: 1.5, points: { show: false } }]),
    ],
    axes: [
      {
        ...axis,
        ...{ grid: { show: false }, size: 24, space: 90 },
        values: (_chart, splits) => splits.map((split) => formatClock(split, zone.peek())),
      },
      {
        ...axis,
        ...{ grid: { stroke: token('--line'), width: 1 }, size: 36, space: 36 },
        values: (_chart, splits) => splits.map(formatAxis),
      },
    ],
    hooks: {
      draw: [
        (drawn) => {
          drawBound(drawn, newest.current.bound);
        },
      ],
      setCursor: [
        (drawn) => {
          point(drawn.cursor.idx ?? null);
        },
      ],
    },
  };
}

function drawBound({ ctx, bbox, valToPos }: uPlot, bound: LineChartProps['bound']): void {
  if (bound === undefined) return;
  const y = Math.round(valToPos(bound.value, 'y', true));
  ctx.save();
  ctx.strokeStyle = token('--text-3');
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = AXIS_FONT.replace('11', String(11 * devicePixelRatio));
  ctx.fillStyle = token('--text-3');
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(bound.text, bbox.left + bbox.width, y - 4 * devicePixelRatio);
  ctx.restore();
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Draws now and whenever theme or zone change; returns what ends it. */
function watchLooks(draw: () => () => void): () => void {
  let clear: () => void = () => undefined;
  const again = (): void => {
    clear();
    clear = draw();
  };
  const observer = new MutationObserver(again);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', again);
  // Called at once too.
  const stop = zone.subscribe(again);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', again);
    stop();
    clear();
  };
}
