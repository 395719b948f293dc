// One run of the engine in this process, with as much telemetry as a variant has, and what an event costs in it.
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import bunyan from 'bunyan';
import { createEngine, type Engine, type EngineDeps } from '../../actors/engine.ts';
import { compileAssets } from '../../core/asset/compile-assets.ts';
import { compileDirective } from '../../core/directive/compile-directive.ts';
import { createEngineCounters } from '../../core/ledger/engine-counters.ts';
import { createEngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { createLedger, findImbalances } from '../../core/ledger/ledger.ts';
import { parseEventsBody } from '../../server/parse-events-body.ts';
import { createAppendFile } from '../../state/append-file.ts';
import { startTelemetry, startTracing } from '../../telemetry/telemetry.ts';
import { makeTemporaryFolder, removeFolder } from '../../test/support/temporary-folder.ts';
import { BENCH_ASSETS, makeDirective } from './directives.ts';
import { createRequestTemplate, type Variation } from './request-template.ts';

/** Nothing is counted; everything is and is scraped; and one request in a hundred is traced too. */
export const VARIANTS = ['nothing', 'metrics', 'metrics and traces'] as const;
export type Variant = (typeof VARIANTS)[number];

/** What is sent in a run. */
export interface Work {
  readonly arrayOf: number;
  readonly vary: Omit<Variation, 'timestamp'>;
  readonly warmEvents: number;
  readonly events: number;
}

const OCCURRENCE = 1000;
const MAX_QUEUE = 25_000;
const REQUESTS_A_TURN = 16;
/** Far oftener than any Prometheus. */
const SCRAPE_MS = 1_000;
const TRACE_RATIO = 0.01;

/** Microseconds of processor time an event. */
export async function measureVariant(
  variant: Variant,
  work: Work,
  collector: string,
): Promise<number> {
  const folder = makeTemporaryFolder('telemetry-cost');
  const run = await startRun(variant, work, { folder, collector });
  await send(run.engine, run.ledger, { ...work, first: 0, events: work.warmEvents });
  const before = process.cpuUsage();
  await send(run.engine, run.ledger, { ...work, first: work.warmEvents });
  const { user, system } = process.cpuUsage(before);
  await run.stop();
  removeFolder(folder);
  if (findImbalances(run.ledger).length > 0) throw new Error('the ledger does not balance');
  return (user + system) / work.events;
}

interface Run {
  readonly engine: Engine;
  readonly ledger: ReturnType<typeof createLedger>;
  readonly stop: () => Promise<void>;
}

async function startRun(
  variant: Variant,
  { vary }: Work,
  { folder, collector }: { readonly folder: string; readonly collector: string },
): Promise<Run> {
  const log = bunyan.createLogger({ name: 'bench', level: 'error' });
  const ledger = createLedger(0);
  const counters = createEngineCounters();
  const statistics = variant === 'nothing' ? undefined : createEngineStatistics();
  const options = {
    ...{ otelMetricsEnabled: variant !== 'nothing', otelEndpoint: collector },
    otelTracingEnabled: variant === 'metrics and traces',
    otelTraceRatio: TRACE_RATIO,
  };
  const facts = { version: '0', mode: 'standalone', node: '' };
  const tracing = await startTracing({ log, options, facts });
  const alarms = await createAppendFile({
    ...{ path: join(folder, 'siem_alarms.json'), log, counts: ledger.alarmLines },
  });
  const alarmEvents = await createAppendFile({
    ...{ path: join(folder, 'siem_alarm_events.json'), log, counts: ledger.alarmEventLines },
  });
  const engine = createEngine({
    ...{ log, ledger, counters, statistics, tracing: tracing?.tracing, ...configure(vary) },
    ...{ epoch: 'bench', nextSequence: 0, maxQueue: MAX_QUEUE, maxBacklogs: 0, maxDelayMs: 0 },
    ...{ idleSeconds: 600, preload: false, saveOnTermination: false, node: '' },
    ...{ alarms, alarmEvents, turnedOff: new Map() },
    lookUps: { hasSources: () => false, lookUp: () => undefined },
    ...{ saveBacklogs: () => Promise.resolve(), setAside: () => Promise.resolve() },
    ...{ clockMs: Date.now, onLate: () => undefined },
  });
  const telemetry =
    statistics === undefined
      ? undefined
      : await startTelemetry({
          ...{ log, options, facts },
          figures: {
            ...{ ledger, counters, statistics, engine, maxQueue: MAX_QUEUE },
            ...{ files: [], lookUps: () => [], feedClients: () => 0 },
          },
        });
  const scrape = setInterval(() => void telemetry?.scrape(), SCRAPE_MS);
  return {
    ...{ engine, ledger },
    stop: async () => {
      clearInterval(scrape);
      await engine.terminate(SCRAPE_MS);
      await tracing?.stop(SCRAPE_MS);
      await telemetry?.stop(SCRAPE_MS);
      await Promise.all([alarms.close(), alarmEvents.close()]);
    },
  };
}

function configure({
  directives: count,
}: Work['vary']): Pick<EngineDeps, 'directives' | 'context'> {
  return {
    directives: Array.from({ length: count }, (_, index) => {
      const { directive } = compileDirective(makeDirective(index, OCCURRENCE));
      if (directive === undefined) throw new Error('a directive has faults');
      return directive;
    }),
    context: {
      assets: compileAssets(BENCH_ASSETS).assets,
      ...{ discardOutOfOrder: true, minAlarmLifetimeSeconds: 0, medRiskMin: 3, medRiskMax: 6 },
      ...{ initialStatus: 'Open', initialTag: 'Identified Threat' },
    },
  };
}

/** Submits events as bodies of requests and waits until their lines are on file. */
async function send(
  engine: Engine,
  ledger: Run['ledger'],
  { arrayOf, vary, first, events }: Work & { readonly first: number },
): Promise<void> {
  const timestamp = '2026-01-01T00:00:00Z';
  const template = createRequestTemplate(arrayOf, { ...vary, timestamp });
  const body = template.bytes.subarray(template.bytes.indexOf('\r\n\r\n') + 4);
  let requests = 0;
  for (let next = first; next < first + events; next += template.eventsPerRequest) {
    template.number(next);
    const parsed = parseEventsBody(body);
    if (parsed.kind !== 'events') throw new Error('no events');
    ledger.received += parsed.events.length;
    const admission = engine.submit(parsed.events);
    if (typeof admission !== 'string') await admission;
    requests += 1;
    if (requests % REQUESTS_A_TURN === 0) await turn();
  }
  while (engine.gauges().eventsInFlight > 0) await turn();
}
