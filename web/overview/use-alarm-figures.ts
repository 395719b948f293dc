// Figures of alarms for the overview: asked for when alarms change, and every minute as time goes on.
import { useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { alarmList } from '../../server/schemas/alarm-detail.ts';
import type { alarmFacets } from '../../server/schemas/alarm.ts';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { getJson } from '../api/client.ts';
import { useThrottled } from '../alarm/use-throttled.ts';
import { toHours } from './usual.ts';
import { useLive } from '../live/use-live.ts';
import {
  rankDirectives,
  toRiskBars,
  type DirectiveAlarms,
  type Statistics,
} from './risk-series.ts';
import type { RiskBar } from '../charts/stacked-bars.tsx';

export interface AlarmFigures {
  readonly bars: readonly RiskBar[];
  /** Seconds of a bar. */
  readonly step: number;
  readonly directives: readonly DirectiveAlarms[];
  /** High alarms of the first status. */
  readonly openHigh: number;
  /** When the oldest alarm of the first status came, Unix seconds; null for none. */
  readonly oldest: number | null;
  /** Alarms that came, by whole hours up to now, oldest first. */
  readonly hours: readonly number[];
}

const PERIOD_MS = 60_000;
const PAUSE_MS = 3000;
const DAY = { since: '24h', bucket: '1d', by: 'directive', of: 'last', limit: '20' };

/** The figures, renewed by themselves; `status` is the first one. */
export function useAlarmFigures(status: string): {
  readonly figures: AlarmFigures | null;
  readonly error: ApiError | null;
  readonly reload: () => void;
} {
  const [figures, setFigures] = useState<AlarmFigures | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const reload = useThrottled(() => {
    read(status).then(
      (found) => {
        setFigures(found);
        setError(null);
      },
      (thrown: unknown) => {
        setError(toApiError(thrown));
      },
    );
  }, PAUSE_MS);
  useEffect(() => {
    reload();
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, PERIOD_MS);
    return () => {
      clearInterval(timer);
    };
  }, [reload, status]);
  useLive(({ alarms, changes, renew }) => {
    if (alarms.size > 0 || changes.length > 0 || renew) reload();
  });
  return { figures, error, reload };
}

async function read(status: string): Promise<AlarmFigures> {
  const count = (query: Readonly<Record<string, string>>): Promise<Statistics> =>
    getJson<Statistics>('/alarms/statistics', { query });
  const [byTime, came, low, medium, high, facets, oldest] = await Promise.all([
    count({ by: 'risk', of: 'last', since: '24h', bucket: '30m' }),
    count({ by: 'risk', since: '24h', bucket: '5m' }),
    count({ ...DAY, risk: 'Low' }),
    count({ ...DAY, risk: 'Medium' }),
    count({ ...DAY, risk: 'High' }),
    getJson<z.infer<typeof alarmFacets>>('/alarms/facets', { query: { status } }),
    getJson<z.infer<typeof alarmList>>('/alarms', {
      query: { status, sort: 'created', limit: '1' },
    }),
  ]);
  return {
    bars: toRiskBars(byTime),
    step: byTime.bucket_seconds,
    directives: rankDirectives({ low, medium, high }),
    openHigh: facets.risk.values.find(({ value }) => value === 'High')?.count ?? 0,
    oldest: oldest.alarms[0]?.alarm.created_time ?? null,
    hours: toHours(toRiskBars(came).map((bar) => bar.low + bar.medium + bar.high)),
  };
}
