import type { EngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { engineStatisticsSchema, type EngineStatisticsView } from '../schemas/engine-statistics.ts';

/** The running counters of one look-up source; asked for = all outcomes + those that are open. */
export interface LookUpCounts {
  readonly name: string;
  readonly type: string;
  readonly asked: number;
  readonly cached: number;
  readonly joined: number;
  readonly answered: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly skipped: number;
  readonly open: number;
  readonly found: number;
}

export interface EngineStatisticsDeps {
  readonly statistics: Pick<EngineStatistics, 'eventMs' | 'alarmsRaised'>;
  readonly lookUps: () => readonly LookUpCounts[];
  /** Open connections of the live feed. */
  readonly feedClients: () => number;
}

/** What the engine as a whole has done since its start, beside the ledger. */
export function engineStatisticsRoutes(deps: EngineStatisticsDeps): readonly AnyApiRoute[] {
  const engine = defineRoute({
    ...{ method: 'get', path: '/statistics/engine' },
    summary: 'Shows how long events took, what became of look-ups, and how many follow the feed',
    access: { role: 'reader' },
    answers: { 200: engineStatisticsSchema },
    handle: () => ({ status: 200, body: describe(deps) }),
  });
  return [engine];
}

function describe({
  statistics,
  lookUps,
  feedClients,
}: EngineStatisticsDeps): EngineStatisticsView {
  const { bounds, counts, count, sum } = statistics.eventMs;
  return {
    alarms_raised: statistics.alarmsRaised,
    event_seconds: {
      ...{ count, sum: sum / 1000, counts: [...counts] },
      bounds: bounds.map((bound) => bound / 1000),
    },
    feed_clients: feedClients(),
    look_ups: lookUps().map((source) => ({
      ...{ source: source.name, type: source.type, asked: source.asked, found: source.found },
      ...{ cached: source.cached, joined: source.joined, answered: source.answered },
      ...{ failed: source.failed, timed_out: source.timedOut, skipped: source.skipped },
      open: source.open,
    })),
  };
}
