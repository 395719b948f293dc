// A directive with all that the table knows of it, put together from three answers of the engine.
import type { z } from 'zod';
import type { alarmFacets } from '../../server/schemas/alarm.ts';
import type { DirectiveRow } from '../../server/schemas/directive.ts';
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';

/** Alarms of a directive in the store. */
export interface AlarmCounts {
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  /** Of all three, those tagged so. */
  readonly falsePositive: number;
}

export interface DirectiveEntry {
  readonly row: DirectiveRow;
  /** null: nothing has happened to it since it was loaded under this name. */
  readonly statistics: DirectiveStatisticsView | null;
  readonly alarms: AlarmCounts;
}

type DirectiveFacet = z.infer<typeof alarmFacets>['directive'];
export type AlarmFacets = Readonly<Record<keyof AlarmCounts, DirectiveFacet>>;

/** The entries in the order of `rows`. */
export function joinEntries(
  rows: readonly DirectiveRow[],
  statistics: readonly DirectiveStatisticsView[],
  facets: AlarmFacets,
): DirectiveEntry[] {
  const known = new Map(statistics.map((found) => [found.id, found]));
  const high = countsById(facets.high);
  const medium = countsById(facets.medium);
  const low = countsById(facets.low);
  const falsePositive = countsById(facets.falsePositive);
  return rows.map((row) => {
    const key = String(row.id);
    const alarms = {
      high: high.get(key) ?? 0,
      medium: medium.get(key) ?? 0,
      low: low.get(key) ?? 0,
      falsePositive: falsePositive.get(key) ?? 0,
    };
    return { row, statistics: known.get(row.id) ?? null, alarms };
  });
}

/** All alarms of the counts. */
export function totalAlarms({ high, medium, low }: AlarmCounts): number {
  return high + medium + low;
}

/** The share of alarms that were tagged False Positive; null without alarms. */
export function falseShare(counts: AlarmCounts): number | null {
  const total = totalAlarms(counts);
  return total === 0 ? null : counts.falsePositive / total;
}

function countsById({ values }: DirectiveFacet): Map<string, number> {
  return new Map(values.map(({ value, count }) => [value, count]));
}
