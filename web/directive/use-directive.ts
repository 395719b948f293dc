import { useEffect } from 'preact/hooks';
import type { z } from 'zod';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import type { alarmList } from '../../server/schemas/alarm-detail.ts';
import type { alarmFacets } from '../../server/schemas/alarm.ts';
import type { directiveSchema } from '../../server/schemas/directive.ts';
import type {
  directiveStatisticsListSchema,
  DirectiveStatisticsView,
} from '../../server/schemas/statistics.ts';
import type { ApiError } from '../api/api-error.ts';
import { parseAnswer } from '../api/json-answer.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useLive } from '../live/use-live.ts';

export type DirectiveDetail = z.infer<typeof directiveSchema>;
export type Facets = z.infer<typeof alarmFacets>;
export type AlarmList = z.infer<typeof alarmList>;

export interface LoadedDirective {
  readonly detail: DirectiveDetail | null;
  /** Its text, parsed; null until it is there. */
  readonly source: DirectiveSource | null;
  readonly statistics: DirectiveStatisticsView | null;
  /** Of its alarms of the last seven days: by risk and tag. */
  readonly facets: Facets | null;
  readonly latest: AlarmList | null;
  readonly error: ApiError | null;
  readonly reload: () => void;
}

const PERIOD_MS = 5000;
const LATEST = 5;

/** All that the page of a directive shows, asked for anew every few seconds and when its alarms change. */
export function useDirective(id: number): LoadedDirective {
  const key = String(id);
  const detail = useAnswer<DirectiveDetail>(`/directives/${key}`);
  const statistics = useAnswer<z.infer<typeof directiveStatisticsListSchema>>(
    `/statistics/directives?id=${key}`,
  );
  const facets = useAnswer<Facets>(`/alarms/facets?directive=${key}&time=7d&facet=tag&limit=50`);
  const latest = useAnswer<AlarmList>(
    `/alarms?directive=${key}&sort=-last&limit=${String(LATEST)}`,
  );
  const reload = (): void => {
    for (const answer of [detail, statistics, facets, latest]) answer.reload();
  };
  useLive(({ notices, renew }) => {
    if (renew || notices.some(({ code }) => code === 'reloaded')) reload();
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, PERIOD_MS);
    return () => {
      clearInterval(timer);
    };
  }, [id]);
  return {
    detail: detail.body,
    source: parseSource(detail.body),
    statistics: statistics.body?.directives[0] ?? null,
    facets: facets.body,
    latest: latest.body,
    error: detail.error,
    reload,
  };
}

function parseSource(detail: DirectiveDetail | null): DirectiveSource | null {
  if (detail === null) return null;
  try {
    return parseAnswer<DirectiveSource>(detail.source);
  } catch {
    return null;
  }
}
