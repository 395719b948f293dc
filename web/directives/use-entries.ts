// All directives with their figures; kept while other pages are shown, so that coming back draws at once.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { alarmFacets } from '../../server/schemas/alarm.ts';
import type { DirectiveRow } from '../../server/schemas/directive.ts';
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { getJson } from '../api/client.ts';
import { session } from '../api/session.ts';
import { useLive } from '../live/use-live.ts';
import { joinEntries, type AlarmFacets, type DirectiveEntry } from './entry.ts';
import { fetchAll } from './fetch-all.ts';

/** The tag that says so, as Dsiem names it. */
export const FALSE_POSITIVE = 'False Positive';
/** More than an engine can have directives. */
const ALL_VALUES = '1000000';
const LEAST_PERIOD_MS = 5000;
/** Reading 23,500 directives takes a while, so they are read anew every two minutes. */
const PERIOD_MS_EACH = 5;

const kept = signal<{ readonly span: string; readonly entries: readonly DirectiveEntry[] } | null>(
  null,
);

export interface LoadedEntries {
  /** null until there are some. */
  readonly entries: readonly DirectiveEntry[] | null;
  readonly error: ApiError | null;
  readonly reload: () => void;
}

/** The directives, alarms counted over `span` (`7d`; empty: all); read anew now and then, and after a reload of files. */
export function useEntries(span: string): LoadedEntries {
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const reload = (): void => {
    setRound((before) => before + 1);
  };
  useLive(({ notices, renew }) => {
    if (renew || notices.some(({ code }) => code === 'reloaded')) reload();
  });
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      try {
        if (!document.hidden) {
          kept.value = { span, entries: await readEntries(span, controller.signal) };
          setError(null);
        }
      } catch (thrown) {
        if (!controller.signal.aborted) setError(toApiError(thrown));
      }
      const count = kept.peek()?.entries.length ?? 0;
      if (controller.signal.aborted) return;
      timer = setTimeout(() => void read(), Math.max(LEAST_PERIOD_MS, count * PERIOD_MS_EACH));
    };
    void read();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [span, round]);
  return { entries: kept.value?.entries ?? null, error, reload };
}

/** Puts a directive's newest row in place of the one that is known. */
export function keepRow(row: DirectiveRow): void {
  const { value } = kept;
  if (value === null) return;
  const entries = value.entries.map((entry) =>
    entry.row.id === row.id ? { ...entry, row } : entry,
  );
  kept.value = { ...value, entries };
}

async function readEntries(span: string, signal: AbortSignal): Promise<readonly DirectiveEntry[]> {
  const facet = (filter: Readonly<Record<string, string>>): Promise<AlarmFacets['high']> =>
    readFacet({ ...filter, ...(span === '' ? {} : { time: span }) }, signal);
  const hasTag = session.peek()?.tags.includes(FALSE_POSITIVE) === true;
  const [rows, statistics, high, medium, low, falsePositive] = await Promise.all([
    fetchAll<DirectiveRow>('/directives', 'directives', signal),
    fetchAll<DirectiveStatisticsView>('/statistics/directives', 'directives', signal),
    facet({ risk: 'High' }),
    facet({ risk: 'Medium' }),
    facet({ risk: 'Low' }),
    hasTag ? facet({ tag: FALSE_POSITIVE }) : { values: [], rest: { values: 0, count: 0 } },
  ]);
  return joinEntries(rows, statistics, { high, medium, low, falsePositive });
}

async function readFacet(
  filter: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<AlarmFacets['high']> {
  const query = { ...filter, facet: 'directive', limit: ALL_VALUES };
  const { directive } = await getJson<z.infer<typeof alarmFacets>>('/alarms/facets', {
    query,
    signal,
  });
  return directive;
}
