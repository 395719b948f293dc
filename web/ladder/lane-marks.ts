import { placeOf, type Span } from './lane-scale.ts';

/** Events that are not known one by one, by the time in which they came. */
export interface LaneBucket {
  readonly time: number;
  readonly seconds: number;
  readonly count: number;
}

/** What a lane shows of its events: a tick each, or how dense they are. */
export type LaneMarks =
  | { readonly kind: 'ticks'; readonly at: readonly number[] }
  | { readonly kind: 'density'; readonly shares: readonly number[] };

/** Past this a strip is drawn instead of ticks. */
export const MOST_TICKS = 200;
const BINS = 140;

/** What to draw of events at `times` and of buckets, within a span; shares are of the densest bin, 0 to 1. */
export function toLaneMarks(
  times: readonly number[],
  buckets: readonly LaneBucket[],
  span: Span,
): LaneMarks {
  const shown = times.filter((at) => at >= span.from && at <= span.to);
  const near = buckets.filter(
    ({ time, seconds }) => time <= span.to && time + seconds >= span.from,
  );
  if (near.length === 0 && shown.length <= MOST_TICKS) return { kind: 'ticks', at: shown };
  const bins = new Array<number>(BINS).fill(0);
  for (const at of shown) addTo(bins, placeOf(at, span) * BINS, 1);
  for (const bucket of near) spread(bins, bucket, span);
  const most = Math.max(...bins);
  return { kind: 'density', shares: bins.map((count) => (most === 0 ? 0 : count / most)) };
}

/** A bucket lies over all bins of its time. */
function spread(bins: number[], { time, seconds, count }: LaneBucket, span: Span): void {
  const first = placeOf(time, span) * BINS;
  const last = placeOf(time + seconds, span) * BINS;
  const steps = Math.max(1, Math.ceil(last - first));
  for (let step = 0; step < steps; step += 1) {
    const place = first + ((step + 0.5) / steps) * (last - first);
    if (place >= 0 && place < BINS) addTo(bins, place, count / steps);
  }
}

function addTo(bins: number[], place: number, count: number): void {
  const index = Math.min(BINS - 1, Math.max(0, Math.floor(place)));
  bins[index] = (bins[index] ?? 0) + count;
}
