// How many alarms each filter would leave, and when they came; counted anew as alarms change.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { z } from 'zod';
import type { alarmStatistics } from '../../server/schemas/alarm-statistics.ts';
import { getJson } from '../api/client.ts';
import type { RiskBar } from '../charts/stacked-bars.tsx';
import { moveFacets, type Facets, type MovedRow } from './list/facet-counts.ts';

const PAUSE_MS = 2000;
export const HOUR = 3600;
const found = signal<Facets | null>(null);
const hours = signal<readonly RiskBar[]>([]);

/** Counts under the filter of the address; null until known. */
export const facets: ReadonlySignal<Facets | null> = found;
/** Alarms of the last 24 hours by the hour of their last change. */
export const hourBars: ReadonlySignal<readonly RiskBar[]> = hours;

let key: string | undefined;
let pausing = false;
let wanted = false;
let round = 0;

/** Counts for another query: that of the list. */
export function countFacets(listKey: string): void {
  if (listKey === key) return;
  key = listKey;
  void ask();
}

/** Counts anew, at most every two seconds. */
export function recountFacets(): void {
  if (pausing) wanted = true;
  else void ask();
}

/** Moves counts before the engine has counted. */
export function shiftFacets(moved: readonly MovedRow[]): void {
  // An answer that is under way does not know of it.
  round += 1;
  if (found.value !== null) found.value = moveFacets(found.value, moved);
}

async function ask(): Promise<void> {
  if (key === undefined) return;
  wanted = false;
  pausing = true;
  setTimeout(() => {
    pausing = false;
    if (wanted && !document.hidden) void ask();
  }, PAUSE_MS);
  round += 1;
  const mine = round;
  const query = new URLSearchParams(key);
  query.delete('sort');
  const overTime = new URLSearchParams(query);
  overTime.delete('time');
  for (const [name, value] of Object.entries({ of: 'last', since: '24h', bucket: '1h' })) {
    overTime.set(name, value);
  }
  try {
    const [counts, statistics] = await Promise.all([
      getJson<Facets>('/alarms/facets', { query }),
      getJson<z.infer<typeof alarmStatistics>>('/alarms/statistics', { query: overTime }),
    ]);
    if (mine !== round) {
      wanted = true;
      return;
    }
    found.value = counts;
    hours.value = toBars(statistics);
  } catch {
    // The list tells what is wrong with the query or the engine.
  }
}

function toBars({
  since,
  bucket_seconds: step,
  series,
  rest,
}: z.infer<typeof alarmStatistics>): RiskBar[] {
  const countsOf = (value: string): readonly number[] =>
    series.find((one) => one.value === value)?.counts ?? [];
  const [low, medium, high] = [countsOf('Low'), countsOf('Medium'), countsOf('High')];
  return rest.map((_, index) => ({
    at: since + index * step,
    ...{ low: low[index] ?? 0, medium: medium[index] ?? 0, high: high[index] ?? 0 },
  }));
}
