/** Values by range: one more count than bounds, the last range has no bound. */
export interface Ranges {
  readonly count: number;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** The bound that the share of the values does not exceed; Infinity past the last bound, null without values. */
export function percentileBound({ count, bounds, counts }: Ranges, share: number): number | null {
  if (count === 0) return null;
  const wanted = count * share;
  let seen = 0;
  for (const [index, bound] of bounds.entries()) {
    seen += counts[index] ?? 0;
    if (seen >= wanted) return bound;
  }
  return Infinity;
}
