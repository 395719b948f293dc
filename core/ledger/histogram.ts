/** How many values fell into each of a few fixed ranges; plain numbers, so that counting costs next to nothing. */
export interface Histogram {
  /** Upper bounds, each included, in ascending order; the last range has none. */
  readonly bounds: readonly number[];
  /** One more than bounds. */
  readonly counts: number[];
  count: number;
  sum: number;
}

/** A histogram of nothing yet. */
export function createHistogram(bounds: readonly number[]): Histogram {
  return { bounds, counts: [...bounds.map(() => 0), 0], count: 0, sum: 0 };
}

/** Counts a value, `times` times. */
export function observe(histogram: Histogram, value: number, times = 1): void {
  const { bounds, counts } = histogram;
  let index = 0;
  while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
  counts[index] = (counts[index] ?? 0) + times;
  histogram.count += times;
  histogram.sum += value * times;
}
