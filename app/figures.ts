// Metrics, traces and statistics of one engine, wired to its plain counters (docs/metrics.md).
import type Logger from 'bunyan';
import type Router from 'koa-router';
import type { Engine } from '../actors/engine.ts';
import type { Options } from '../config/options.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import { createEngineStatistics, type EngineStatistics } from '../core/ledger/engine-statistics.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { SampleRing } from '../core/ledger/sample-ring.ts';
import type { AnyApiRoute } from '../server/api-route.ts';
import type { Clock } from '../server/clock.ts';
import { debugVarsRoutes } from '../server/routes/debug-vars.ts';
import { engineStatisticsRoutes } from '../server/routes/engine-statistics.ts';
import { metricsRoutes } from '../server/routes/metrics.ts';
import {
  pageFigures,
  statisticsRoutes,
  type FiguresPage,
  type FiguresQuery,
} from '../server/routes/statistics.ts';
import type { AppendFile } from '../state/append-file.ts';
import { createStatisticsFile } from '../state/statistics-file.ts';
import type { ProcessFacts } from '../telemetry/figures.ts';
import { startTelemetry, startTracing, type StartedTracing } from '../telemetry/telemetry.ts';
import type { ReplaceableLookUps } from './look-ups.ts';
import { readPackageVersion } from './package-folder.ts';
import { stateFolder } from './state-folder.ts';

/** What an engine counts into, opened before it is made. */
export interface OpenedFigures {
  readonly statistics: EngineStatistics;
  readonly tracing: StartedTracing | undefined;
}

/** What is shown of a running engine. */
export interface ShownFigures {
  readonly routes: readonly AnyApiRoute[];
  readonly routers: readonly Router[];
  /** What directives have done, in pages. */
  directives(query: FiguresQuery): FiguresPage;
  /** The samples of the last day. */
  readonly ring: Pick<SampleRing, 'read'>;
  /** Saves the statistics and sends what is left, for `limitMs` at most. Never rejects. */
  stop(limitMs: number): Promise<void>;
}

function factsOf({ mode, node }: Options): ProcessFacts {
  return { version: readPackageVersion(), mode, node };
}

/** Reads the statistics of former runs for these directives (names by id) and begins tracing when the options say so. */
export async function openFigures(
  options: Options,
  names: ReadonlyMap<number, string>,
  log: Logger,
): Promise<OpenedFigures> {
  const statistics = createEngineStatistics();
  const file = createStatisticsFile(stateFolder(options), log);
  await file.load(statistics.directives, (id, name) => names.get(id) === name);
  const tracing = await startTracing({ log, options, facts: factsOf(options) });
  return { statistics, tracing };
}

/** Begins to show the figures of a running engine. */
export async function showFigures(
  { statistics, tracing }: OpenedFigures,
  parts: {
    readonly options: Options;
    readonly log: Logger;
    readonly ledger: Ledger;
    readonly counters: EngineCounters;
    readonly engine: Engine;
    readonly alarms: AppendFile;
    readonly alarmEvents: AppendFile;
    readonly lookUps: ReplaceableLookUps;
    readonly feedClients: () => number;
    readonly clock: Clock;
  },
): Promise<ShownFigures> {
  const { options, log, ledger, counters, engine, lookUps, feedClients, clock } = parts;
  const telemetry = await startTelemetry({
    ...{ log, options, facts: factsOf(options) },
    figures: {
      ...{ ledger, counters, statistics, engine, maxQueue: options.maxQueue, feedClients },
      files: [
        fileFigures('siem_alarms.json', parts.alarms),
        fileFigures('siem_alarm_events.json', parts.alarmEvents),
      ],
      lookUps: () => lookUps.counters(),
    },
  });
  const kept = createStatisticsFile(stateFolder(options), log).keep(statistics.directives);
  const directives = (query: FiguresQuery): FiguresPage => pageFigures(engine, statistics, query);
  const { ring } = telemetry;
  return {
    ...{ directives, ring },
    routes: [
      ...statisticsRoutes({ directives, ring, clock }),
      ...engineStatisticsRoutes({ statistics, lookUps: () => lookUps.counters(), feedClients }),
    ],
    routers: [
      metricsRoutes(() => telemetry.scrape()),
      debugVarsRoutes(() => telemetry.debugVars()),
    ],
    stop: async (limitMs) => {
      await kept.stop();
      await Promise.all([tracing?.stop(limitMs), telemetry.stop(limitMs)]);
    },
  };
}

function fileFigures(
  name: string,
  file: AppendFile,
): { readonly name: string; readonly errors: number; flushLagMs(): number } {
  return {
    name,
    get errors() {
      return file.errors;
    },
    flushLagMs: () => file.flushLagMs(),
  };
}
