/** The value below which the share `q` of the samples lies; NaN when there are none. Sorts the samples in place. */
export function quantile(samples: Float64Array, q: number): number {
  samples.sort();
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * q))] ?? NaN;
}

/** The middle of a few values. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values), 0.5);
}
