// Alarms over time, of several backends. The most frequent values of all are known only when each has told all of its own,
// so they are asked for first, without their times.
import type { AlarmStatistics } from '../../core/alarm/alarm-view.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import type { AlarmStatisticsQuery } from '../../state/alarm-store.ts';
import { ALARM_CALLS } from './alarm-calls.ts';
import { MOST_FACET_VALUES } from './alarm-shapes.ts';
import { lacking, type AskAll, type NodeAnswer } from './ask-all.ts';
import { backendKey } from './view-subjects.ts';

type Part = NodeAnswer<AlarmStatistics>;

/** The most series of one node: of a thousand buckets they are two million counts. */
const MOST_SERIES = 2_000;

/** The statistics of all backends as those of one store; medians are the mean of theirs by how many alarms each is of. */
export async function askStatistics(
  nodes: AskAll,
  query: AlarmStatisticsQuery,
): Promise<FromNodes<AlarmStatistics>> {
  const { values, needed } = await findFrequent(nodes, query);
  const { answers, missing } = await nodes.askWith(ALARM_CALLS.statistics, (backend) => ({
    ...query,
    limit: Math.max(1, Math.min(MOST_SERIES, needed.get(backendKey(backend)) ?? query.limit)),
  }));
  return { ...merge(answers, values, query), ...lacking(missing) };
}

/** The most frequent values, and how many series of each backend hold them. */
async function findFrequent(
  nodes: AskAll,
  query: AlarmStatisticsQuery,
): Promise<{ readonly values: readonly string[]; readonly needed: ReadonlyMap<string, number> }> {
  // a bucket of this length begins at 0 and holds the whole span
  const whole = { ...query, bucketSeconds: Math.max(1, query.until), limit: MOST_FACET_VALUES };
  const { answers } = await nodes.ask(ALARM_CALLS.statistics, whole);
  const totals = new Map<string, number>();
  for (const { answer } of answers) {
    for (const { value, counts } of answer.series) {
      totals.set(value, (totals.get(value) ?? 0) + sum(counts));
    }
  }
  const values = [...totals]
    .sort(([left, first], [right, second]) => second - first || (left < right ? -1 : 1))
    .slice(0, query.limit)
    .map(([value]) => value);
  const wanted = new Set(values);
  const needed = new Map(
    answers.map(({ backend, answer }) => [
      backendKey(backend),
      answer.series.findLastIndex(({ value }) => wanted.has(value)) + 1,
    ]),
  );
  return { values, needed };
}

function merge(
  parts: readonly Part[],
  values: readonly string[],
  { since, until, bucketSeconds }: AlarmStatisticsQuery,
): AlarmStatistics {
  const first = Math.floor(since / bucketSeconds) * bucketSeconds;
  const buckets = Math.max(0, Math.ceil((until - first) / bucketSeconds));
  const empty = (): number[] => Array.from({ length: buckets }, () => 0);
  const series = values.map((value) => ({ value, counts: empty() }));
  const countsOf = new Map(series.map(({ value, counts }) => [value, counts]));
  const rest = empty();
  for (const { answer } of parts) {
    add(rest, answer.rest);
    for (const { value, counts } of answer.series) add(countsOf.get(value) ?? rest, counts);
  }
  return {
    ...{ since: first, bucket_seconds: bucketSeconds, series, rest },
    first_look_seconds: meanOf(parts.map(({ answer }) => answer.first_look_seconds)),
    close_seconds: meanOf(parts.map(({ answer }) => answer.close_seconds)),
  };
}

function meanOf(
  medians: readonly AlarmStatistics['close_seconds'][],
): AlarmStatistics['close_seconds'] {
  const known = medians.filter((one) => one !== null);
  const of = known.reduce((all, one) => all + one.of, 0);
  if (of === 0) return null;
  return { median: known.reduce((all, one) => all + one.median * one.of, 0) / of, of };
}

function add(to: number[], counts: readonly number[]): void {
  for (const [index, count] of counts.entries()) to[index] = (to[index] ?? 0) + count;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
