// Metrics and curves of a frontend: its own events, and what its backends have done in sum.
import type { ClusterView } from '../cluster/view/cluster-view.ts';
import { createEngineCounters } from '../core/ledger/engine-counters.ts';
import { createEngineStatistics } from '../core/ledger/engine-statistics.ts';
import type { SeriesQuery, Series } from '../core/ledger/sample-ring.ts';
import { debugVarsRoutes } from '../server/routes/debug-vars.ts';
import { engineStatisticsRoutes } from '../server/routes/engine-statistics.ts';
import { metricsRoutes } from '../server/routes/metrics.ts';
import { statisticsRoutes } from '../server/routes/statistics.ts';
import { startTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { CLOCK } from './engine-parts.ts';
import type { ShownFigures } from './figures.ts';
import type { FrontendParts } from './frontend-parts.ts';
import { readPackageVersion } from './package-folder.ts';

/** The engine's part of the gauges is that of nothing: what correlates is elsewhere. */
export function frontendGauges({ publisher }: Pick<FrontendParts, 'publisher'>): {
  readonly eventsInFlight: number;
  readonly directives: number;
  readonly directivesOff: number;
  readonly managersRunning: number;
  readonly directivesActive: number;
  readonly backlogs: number;
} {
  return {
    ...{ eventsInFlight: publisher.waiting, directives: 0, directivesOff: 0, managersRunning: 0 },
    ...{ directivesActive: 0, backlogs: 0 },
  };
}

const statistics = createEngineStatistics();

/** Begins to count; the curves are needed before there is a view. */
export async function openFrontendFigures(
  parts: FrontendParts,
  feedClients: () => number,
): Promise<Telemetry> {
  const { input, ledger } = parts;
  const { options, log } = input;
  return startTelemetry({
    ...{ log: log.child({ component: 'telemetry' }), options },
    facts: { version: readPackageVersion(), mode: options.mode, node: options.node },
    figures: {
      ...{ ledger, counters: createEngineCounters(), statistics, maxQueue: options.maxQueue },
      engine: { gauges: () => frontendGauges(parts), directive: () => undefined },
      ...{ files: [], lookUps: () => [], feedClients },
    },
  });
}

/** Routes over a frontend's own figures and those of its backends. */
export function showFrontendFigures(
  telemetry: Telemetry,
  view: Pick<ClusterView, 'figures' | 'series'>,
  feedClients: () => number,
): Pick<ShownFigures, 'routes' | 'routers'> {
  return {
    routes: [
      ...statisticsRoutes({
        directives: (query) => view.figures(query),
        ring: { read: (query: SeriesQuery): Promise<Series> => view.series(query) },
        clock: CLOCK,
      }),
      ...engineStatisticsRoutes({ statistics, lookUps: () => [], feedClients }),
    ],
    routers: [
      metricsRoutes(() => telemetry.scrape()),
      debugVarsRoutes(() => telemetry.debugVars()),
    ],
  };
}
