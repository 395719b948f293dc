// The clock of a ladder: one lane a stage, all on one scale. Drawn in shares of the width, so that it needs no measuring.
import type { JSX } from 'preact';
import { formatTime, type Zone } from '../format/times.ts';
import type { LaneMarks } from '../ladder/lane-marks.ts';
import { placeOf, type LaneScale, type Span } from '../ladder/lane-scale.ts';

export interface LaneProps {
  readonly scale: LaneScale;
  readonly allowed: Span | null;
  readonly took: Span | null;
  readonly marks: LaneMarks;
  /** Unix seconds; null when the backlog is not under way. */
  readonly now: number | null;
  /** What somebody drags over just now. */
  readonly dragged: Span | null;
  /** A sentence of what is to be seen. */
  readonly label: string;
}

const TOP = 18;
const HEIGHT = 18;
/** As many as stand above the lanes without touching each other. */
const MOST_LETTERS = 46;

/** A lane: time allowed, time taken, a tick an event, now. */
export function Lane(props: LaneProps): JSX.Element {
  const { scale, allowed, took, marks, now, dragged, label } = props;
  return (
    <svg class="lane-svg" width="100%" height="100%" role="img" aria-label={label}>
      {scale.marks.map((at) => (
        <line key={at} class="gl" x1={x(at, scale)} x2={x(at, scale)} y1="0" y2="100%" />
      ))}
      {dragged !== null && <Bar class="dragged" span={dragged} scale={scale} whole />}
      {allowed !== null && <Allowed span={allowed} scale={scale} />}
      {took !== null && <Bar class="took" span={took} scale={scale} />}
      <Marks marks={marks} scale={scale} />
      {now !== null && isInside(now, scale) && (
        <line class="now" x1={x(now, scale)} x2={x(now, scale)} y1="0" y2="100%" />
      )}
    </svg>
  );
}

export interface LaneAxisProps {
  readonly scale: LaneScale;
  readonly now: number | null;
  readonly zone: Zone;
  /** Decides what is today. */
  readonly today: number;
}

/** The times above the lanes. */
export function LaneAxis({ scale, now, zone, today }: LaneAxisProps): JSX.Element {
  const isNowShown = now !== null && isInside(now, scale);
  const nowPlace = now === null ? 0 : placeOf(now, scale);
  const precision = scale.step < 60 ? 'second' : 'minute';
  const texts = scale.marks.map((at) => formatTime(at, { zone, now: today, precision }));
  const every = Math.ceil(texts.join('  ').length / MOST_LETTERS);
  const shown = scale.marks.filter(
    (at, index) =>
      index % every === 0 && (!isNowShown || Math.abs(placeOf(at, scale) - nowPlace) > 0.09),
  );
  return (
    <svg class="lane-svg" width="100%" height="24" aria-hidden="true">
      {shown.map((at) => (
        <text key={at} x={x(at, scale)} y="16" text-anchor={anchorOf(placeOf(at, scale))}>
          {formatTime(at, { zone, now: today, precision })}
        </text>
      ))}
      {isNowShown && (
        <text class="now" x={x(now, scale)} y="16" text-anchor={anchorOf(nowPlace)}>
          now
        </text>
      )}
    </svg>
  );
}

function Allowed({ span, scale }: { readonly span: Span; readonly scale: LaneScale }): JSX.Element {
  const goesOn = span.to > scale.to;
  return (
    <>
      <Bar class="allowed" span={span} scale={scale} />
      {isInside(span.from, scale) && (
        <line
          class="start"
          x1={x(span.from, scale)}
          x2={x(span.from, scale)}
          y1={TOP}
          y2={TOP + HEIGHT}
        />
      )}
      {goesOn ? (
        <svg x="100%" y={TOP} class="lane-svg" width="1" height={HEIGHT}>
          <path class="on" d="M-6 5l4 4-4 4" />
        </svg>
      ) : (
        isInside(span.to, scale) && (
          <line
            class="end"
            x1={x(span.to, scale)}
            x2={x(span.to, scale)}
            y1={TOP}
            y2={TOP + HEIGHT}
          />
        )
      )}
    </>
  );
}

function Marks({
  marks,
  scale,
}: {
  readonly marks: LaneMarks;
  readonly scale: LaneScale;
}): JSX.Element {
  if (marks.kind === 'ticks') {
    return (
      <g class="ticks">
        {marks.at.map((at, index) => (
          <rect key={index} x={x(at, scale)} y={TOP} width="1.5" height={HEIGHT} />
        ))}
      </g>
    );
  }
  const width = 100 / marks.shares.length;
  return (
    <g class="ticks">
      {marks.shares.map((share, index) =>
        share === 0 ? null : (
          <rect
            key={index}
            x={`${String(index * width)}%`}
            y={TOP}
            width={`${String(width + 0.05)}%`}
            height={HEIGHT}
            opacity={0.2 + 0.8 * Math.sqrt(share)}
          />
        ),
      )}
    </g>
  );
}

interface BarProps {
  readonly class: string;
  readonly span: Span;
  readonly scale: LaneScale;
  readonly whole?: boolean;
}

function Bar({ class: name, span, scale, whole = false }: BarProps): JSX.Element | null {
  const from = Math.max(0, placeOf(span.from, scale));
  const to = Math.min(1, placeOf(span.to, scale));
  if (to <= from) return null;
  return (
    <rect
      class={name}
      x={percent(from)}
      y={whole ? 0 : TOP}
      width={percent(to - from)}
      height={whole ? '100%' : HEIGHT}
    />
  );
}

function isInside(at: number, { from, to }: Span): boolean {
  return at >= from && at <= to;
}

function x(at: number, scale: Span): string {
  return percent(placeOf(at, scale));
}

function percent(share: number): string {
  return `${String(Math.round(share * 1e5) / 1e3)}%`;
}

/** Texts at the edges stay within them. */
function anchorOf(place: number): 'start' | 'middle' | 'end' {
  if (place < 0.06) return 'start';
  return place > 0.94 ? 'end' : 'middle';
}
