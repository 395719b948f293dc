// How many alarms there are of each status: the tabs, the bar and the title show the same numbers.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { z } from 'zod';
import type { alarmFacets } from '../../server/schemas/alarm.ts';
import { getJson } from '../api/client.ts';
import { session } from '../api/session.ts';
import { subscribeLive } from './live.ts';

type Counts = ReadonlyMap<string, number>;

const PAUSE_MS = 2000;
const counts = signal<Counts | null>(null);
let pausing = false;
let wanted = false;

/** Alarms by status; null until known. */
export const statusCounts: ReadonlySignal<Counts | null> = counts;

/** Alarms of the first status, which is what waits for somebody; null until known. */
export const openCount: ReadonlySignal<number | null> = computed(() => {
  const first = session.value?.statuses[0];
  if (counts.value === null || first === undefined) return null;
  return counts.value.get(first) ?? 0;
});

/** Moves alarms from one status to another before the engine has answered; null: there are more or fewer of them. */
export function moveCount(from: string | null, to: string | null, count: number): void {
  if (counts.value === null) return;
  const moved = new Map(counts.value);
  if (from !== null) moved.set(from, Math.max(0, (moved.get(from) ?? 0) - count));
  if (to !== null) moved.set(to, (moved.get(to) ?? 0) + count);
  counts.value = moved;
}

/** Counts anew, at most every two seconds. */
export function refreshCounts(): void {
  wanted = true;
  if (!pausing) ask();
}

/** Counts, and counts anew whenever alarms change; once for a page. */
export function startStatusCounts(): void {
  subscribeLive(({ alarms, changes, renew }) => {
    if (alarms.size > 0 || changes.length > 0 || renew) refreshCounts();
  });
  refreshCounts();
}

function ask(): void {
  wanted = false;
  pausing = true;
  setTimeout(() => {
    pausing = false;
    if (wanted) ask();
  }, PAUSE_MS);
  getJson<z.infer<typeof alarmFacets>>('/alarms/facets', { query: { limit: '50' } }).then(
    ({ status }) => {
      counts.value = new Map(status.values.map(({ value, count }) => [value, count]));
    },
    () => undefined,
  );
}
