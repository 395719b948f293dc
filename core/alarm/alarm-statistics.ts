import { FirstItems } from './first-items.ts';
import type { AlarmStatistics } from './alarm-view.ts';

/** The span [since, until) in Unix seconds, cut into buckets, and the most series that are wanted. */
export interface StatisticsSpan {
  readonly since: number;
  readonly until: number;
  readonly bucketSeconds: number;
  readonly limit: number;
}

/** What alarms are counted by: keys are numbers from 0 to `keys` − 1, each with a name. */
export interface StatisticsSource {
  readonly keys: number;
  nameOf(key: number): string;
  /** Calls `count` with time and key for each value of each alarm; the same each time it is called. */
  visit(count: (time: number, key: number) => void): void;
}

type Series = Pick<AlarmStatistics, 'since' | 'bucket_seconds' | 'series' | 'rest'>;

/** Counts by bucket: a series for each of the most frequent keys, equal ones by name, and the rest. */
export function countOverTime(
  { since, until, bucketSeconds, limit }: StatisticsSpan,
  source: StatisticsSource,
): Series {
  const first = Math.floor(since / bucketSeconds) * bucketSeconds;
  const buckets = Math.max(0, Math.ceil((until - first) / bucketSeconds));
  const frequent = findFrequent(source, limit);
  const series = frequent.map((key) => ({
    value: source.nameOf(key),
    counts: emptyCounts(buckets),
  }));
  const rest = emptyCounts(buckets);
  const all = [rest, ...series.map(({ counts }) => counts)];
  // 0: it is one of the rest
  const places = new Uint32Array(source.keys);
  for (const [index, key] of frequent.entries()) places[key] = index + 1;
  source.visit((time, key) => {
    const counts = all[places[key] ?? 0] ?? rest;
    const bucket = Math.floor((time - first) / bucketSeconds);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  });
  return { since: first, bucket_seconds: bucketSeconds, series, rest };
}

function findFrequent(source: StatisticsSource, limit: number): number[] {
  const totals = new Uint32Array(source.keys);
  source.visit((_time, key) => {
    totals[key] = (totals[key] ?? 0) + 1;
  });
  const first = new FirstItems<number>(
    limit,
    (left, right) =>
      (totals[right] ?? 0) - (totals[left] ?? 0) ||
      (source.nameOf(left) < source.nameOf(right) ? -1 : 1),
  );
  for (let key = 0; key < totals.length; key += 1) if (totals[key] !== 0) first.offer(key);
  return first.take();
}

function emptyCounts(buckets: number): number[] {
  return Array.from({ length: buckets }, () => 0);
}

/** The middle of the values (of two middle ones the mean) and how many they are; null for none. Sorts in place. */
export function medianOf(values: number[]): AlarmStatistics['close_seconds'] {
  const of = values.length;
  if (of === 0) return null;
  values.sort((left, right) => left - right);
  const upper = values[of >> 1] ?? 0;
  const lower = values[(of - 1) >> 1] ?? 0;
  return { median: (lower + upper) / 2, of };
}
