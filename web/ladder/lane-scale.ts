// The clock that all lanes of a ladder share. Times are Unix seconds.
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface LaneScale extends Span {
  /** Where lines and times stand. */
  readonly marks: readonly number[];
  /** Seconds between two of them. */
  readonly step: number;
}

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200,
  86_400, 172_800, 432_000, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
];
const MOST_STEPS = 6;
const SHORTEST_SPAN = 4;

/** A scale with round marks that holds the whole span; `offset` is the zone's distance to UTC in seconds. */
export function fitScale({ from, to }: Span, offset = 0): LaneScale {
  const end = Math.max(to, from + SHORTEST_SPAN);
  const length = end - from;
  const step = STEPS.find((candidate) => length / candidate <= MOST_STEPS - 1) ?? length;
  const start = floorTo(from, step, offset);
  const last = Math.max(start + step, -floorTo(-end, step, -offset));
  const marks: number[] = [];
  for (let at = start; at <= last; at += step) marks.push(at);
  return { from: start, to: last, marks, step };
}

/** A scale of exactly this span, as somebody dragged it. */
export function exactScale({ from, to }: Span, offset = 0): LaneScale {
  const length = Math.max(to - from, 1e-3);
  const step = STEPS.find((candidate) => length / candidate <= MOST_STEPS) ?? length;
  const marks: number[] = [];
  for (let at = floorTo(from, step, offset) + step; at <= to; at += step) marks.push(at);
  return { from, to: from + length, marks, step };
}

/** Where a time stands, as a share of the width; outside of 0 to 1 when it is outside. */
export function placeOf(at: number, { from, to }: Span): number {
  return (at - from) / (to - from);
}

function floorTo(at: number, step: number, offset: number): number {
  return Math.floor((at + offset) / step) * step - offset;
}
