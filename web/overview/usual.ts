const FIVE_MINUTES_AN_HOUR = 12;

/** Counts of five minutes each as counts of whole hours, the last of which ends with the last count. */
export function toHours(counts: readonly number[]): number[] {
  const hours: number[] = [];
  for (let end = counts.length; end >= FIVE_MINUTES_AN_HOUR; end -= FIVE_MINUTES_AN_HOUR) {
    const hour = counts.slice(end - FIVE_MINUTES_AN_HOUR, end);
    hours.unshift(hour.reduce((sum, count) => sum + count, 0));
  }
  return hours;
}

/** The middle half of the counts, from the lower to the upper quartile; null for less than eight, which say nothing. */
export function usualRange(
  counts: readonly number[],
): { readonly from: number; readonly to: number } | null {
  if (counts.length < 8) return null;
  const sorted = counts.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { from: at(0.25), to: at(0.75) };
}

/** `4 came in the last hour, more than usual (1 to 3)`. */
export function lastHourWords(count: number, before: readonly number[]): string {
  const came = `${count === 0 ? 'None' : String(count)} came in the last hour`;
  const usual = usualRange(before);
  if (usual === null) return came;
  const range =
    usual.from === usual.to ? String(usual.from) : `${String(usual.from)} to ${String(usual.to)}`;
  if (count > usual.to) return `${came}, more than usual (${range})`;
  if (count < usual.from) return `${came}, less than usual (${range})`;
  return `${came}, as usual (${range})`;
}
