import type { z } from 'zod';
import type { alarmStatistics } from '../../server/schemas/alarm-statistics.ts';
import type { RiskBar } from '../charts/stacked-bars.tsx';

export type Statistics = z.infer<typeof alarmStatistics>;

/** The bars of counts by risk class; those of nothing too. */
export function toRiskBars({ since, bucket_seconds: step, series, rest }: Statistics): RiskBar[] {
  const countsOf = (value: string): readonly number[] =>
    series.find((one) => one.value === value)?.counts ?? [];
  const [low, medium, high] = [countsOf('Low'), countsOf('Medium'), countsOf('High')];
  return rest.map((_, index) => ({
    at: since + index * step,
    ...{ low: low[index] ?? 0, medium: medium[index] ?? 0, high: high[index] ?? 0 },
  }));
}

/** How many there are of each class, all bars together. */
export function sumBars(bars: readonly RiskBar[]): Pick<RiskBar, 'low' | 'medium' | 'high'> {
  return bars.reduce(
    (sum, bar) => ({
      low: sum.low + bar.low,
      medium: sum.medium + bar.medium,
      high: sum.high + bar.high,
    }),
    { low: 0, medium: 0, high: 0 },
  );
}

export interface DirectiveAlarms {
  readonly id: number;
  readonly low: number;
  readonly medium: number;
  readonly high: number;
  readonly total: number;
}

const SHOWN = 6;

/** The directives with most alarms, out of counts by directive for each class. */
export function rankDirectives(
  counts: Readonly<Record<'low' | 'medium' | 'high', Statistics>>,
): DirectiveAlarms[] {
  const byId = new Map<string, { low: number; medium: number; high: number }>();
  for (const risk of ['low', 'medium', 'high'] as const) {
    for (const { value, counts: buckets } of counts[risk].series) {
      const known = byId.get(value) ?? { low: 0, medium: 0, high: 0 };
      known[risk] = buckets.reduce((sum, count) => sum + count, 0);
      byId.set(value, known);
    }
  }
  return [...byId]
    .map(([id, { low, medium, high }]) => ({
      ...{ id: Number(id), low, medium, high },
      total: low + medium + high,
    }))
    .sort((left, right) => right.total - left.total || left.id - right.id)
    .slice(0, SHOWN);
}
