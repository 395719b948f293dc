// The life of a standalone engine: everything is constructed, wired, started and ended here (DESIGN §5).
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Logger from 'bunyan';
import { createEngine, type Engine } from '../actors/engine.ts';
import type { Configuration } from '../config/configuration.ts';
import { checkConfigurationFile } from '../config/check-configuration.ts';
import type { Options } from '../config/options.ts';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import { createEngineCounters, type EngineCounters } from '../core/ledger/engine-counters.ts';
import { createLedger, findImbalances, type Ledger } from '../core/ledger/ledger.ts';
import { createEnrichment, type Enrichment } from '../enrichment/enrichment.ts';
import type { Plugin } from '../enrichment/plugin.ts';
import { createHttpServer, type HttpServer } from '../server/http-server.ts';
import { createAppendFile, type AppendFile } from '../state/append-file.ts';
import { writeFileAtomically } from '../state/atomic-file.ts';
import { saveLogPosition, takeLogPosition } from '../state/engine-file.ts';
import { lockLogDirectory, type LogDirectoryLock } from '../state/log-directory-lock.ts';
import { createSavedBacklogFiles } from '../state/saved-backlog-files.ts';
import { createSourceCheck } from './load-configuration.ts';
import { createOverload } from './overload.ts';
import { restoreSaved } from './restore-saved.ts';
import { startWatchdog } from './watchdog.ts';

/** What a start is given: options and configuration are read and checked. */
export interface StandaloneInput {
  readonly options: Options;
  readonly configuration: Configuration;
  readonly plugins: readonly Plugin[];
  readonly log: Logger;
}

/** A running engine. */
export interface Standalone {
  readonly address: string;
  readonly port: number;
  /** Ends within --shutdown-timeout; what could not be saved by then is logged as lost. Never rejects. */
  stop(reason: string): Promise<void>;
}

interface Parts {
  readonly options: Options;
  readonly log: Logger;
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  readonly epoch: string;
  readonly engine: Engine;
  readonly server: HttpServer;
  readonly enrichment: Enrichment | undefined;
  readonly alarms: AppendFile;
  readonly alarmEvents: AppendFile;
  readonly lock: LogDirectoryLock;
  readonly stopTimers: () => void;
}

const TICK_MS = 1_000;
/** How much longer than its limit an ending predecessor may take before we refuse to start. */
const PREDECESSOR_MARGIN_MS = 5_000;
const CONNECTIONS_CLOSE_MS = 1_000;

/** Starts everything; rejects when the log directory is in use or cannot be written, or the port cannot be had. */
export async function startStandalone(input: StandaloneInput): Promise<Standalone> {
  const { options, log } = input;
  await mkdir(options.logDir, { recursive: true });
  const waitMs = options.shutdownTimeout * 1000 + PREDECESSOR_MARGIN_MS;
  const lock = await lockLogDirectory({ logDir: options.logDir, waitMs, log });
  const parts = await startParts(input, lock);
  const { address, port } = await parts.server.listen();
  const started = { address, port, directives: input.configuration.directives.length };
  log.info(started, 'ready for events');
  let stopping: Promise<void> | undefined;
  return {
    address,
    port,
    stop: (reason) => {
      stopping ??= stop(parts, reason);
      return stopping;
    },
  };
}

async function startParts(input: StandaloneInput, lock: LogDirectoryLock): Promise<Parts> {
  const { options, configuration, log } = input;
  const ledger = createLedger(Math.floor(Date.now() / 1000));
  const counters = createEngineCounters();
  const { logDir } = options;
  const alarms = await createAppendFile({
    ...{ path: join(logDir, 'siem_alarms.json'), log, counts: ledger.alarmLines },
  });
  const alarmEvents = await createAppendFile({
    ...{ path: join(logDir, 'siem_alarm_events.json'), log, counts: ledger.alarmEventLines },
  });
  const position = await takeLogPosition(logDir, log.child({ component: 'state' }));
  const epoch = position?.epoch ?? randomBytes(12).toString('base64url');
  const enrichment = openEnrichment(input);
  const context = createContext(options, configuration);
  const files = createSavedBacklogFiles(logDir, log.child({ component: 'state' }));
  const overload = createOverload(options.holdDuration * 1000, () => performance.now());
  const directives = configuration.directives.map(({ directive }) => directive);
  const engine = createEngine({
    ...{ log: log.child({ component: 'engine' }), ledger, counters, directives, context, epoch },
    nextSequence: position?.nextSequence ?? 0,
    maxQueue: options.maxQueue,
    maxBacklogs: options.maxBacklogs,
    idleSeconds: options.preloadAllDirectives
      ? Number.POSITIVE_INFINITY
      : options.idleDirectivesTimeout * 60,
    preload: options.preloadAllDirectives,
    maxDelayMs: options.maxDelay * 1000,
    ...{ alarms, alarmEvents, lookUps: enrichment },
    saveOnTermination: options.reloadBacklogs,
    saveBacklogs: async (directiveId, items) => {
      await files.write(directiveId, items);
    },
    clockMs: Date.now,
    onLate: () => {
      overload.raise();
    },
  });
  if (options.reloadBacklogs) {
    const byId = new Map(directives.map((directive) => [directive.id, directive]));
    await restoreSaved({ engine, files, directives: byId, context, counters, log });
  }
  await writeUiSettings(options, log);
  const server = createServer(input, { engine, ledger, isOverloaded: () => overload.isRaised() });
  const stopTimers = startTimers({ log, ledger, counters, engine });
  return {
    ...{ options, log, ledger, counters, epoch, engine, server, enrichment, alarms, alarmEvents },
    ...{ lock, stopTimers },
  };
}

function openEnrichment({
  options,
  configuration,
  plugins,
  log,
}: StandaloneInput): Enrichment | undefined {
  const { intelSources, vulnSources } = configuration;
  if (intelSources.length + vulnSources.length === 0) return undefined;
  return createEnrichment({
    sources: { intel: intelSources, vuln: vulnSources },
    intelPrivateIp: options.intelPrivateIp,
    cacheMinutes: options.cache,
    plugins,
    log: log.child({ component: 'enrichment' }),
    baseDir: options.configDir,
  });
}

function createContext(options: Options, { assets }: Configuration): CorrelationContext {
  return {
    assets,
    discardOutOfOrder: options.discardOorEvents,
    minAlarmLifetimeSeconds: options.minAlarmLifetime * 60,
    medRiskMin: options.medRiskMin,
    medRiskMax: options.medRiskMax,
    initialStatus: options.status[0] ?? '',
    initialTag: options.tags[0] ?? '',
  };
}

function createServer(
  { options, plugins, log }: StandaloneInput,
  parts: { engine: Engine; ledger: Ledger; isOverloaded: () => boolean },
): HttpServer {
  const checkSource = createSourceCheck(plugins);
  return createHttpServer({
    ...parts,
    options,
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: log.child({ component: 'server' }),
    configuration: {
      folder: options.configDir,
      check: (name, text) =>
        checkConfigurationFile({ name, text }, checkSource).faults.map((fault) => ({
          field: fault.field ?? fault.item ?? fault.file,
          problem: fault.problem,
          got: fault.got,
        })),
      write: (name, text) => writeFileAtomically(join(options.configDir, name), text),
    },
  });
}

/** `dsiem_config.json` tells Dsiem's web page the statuses and tags (SPEC §11); a read-only folder is a warning. */
async function writeUiSettings(options: Options, log: Logger): Promise<void> {
  const path = join(options.configDir, 'dsiem_config.json');
  const text = `${JSON.stringify({ status: options.status, tags: options.tags })}\n`;
  try {
    await writeFileAtomically(path, text);
  } catch (err) {
    log.warn({ err, path }, 'the settings for the web page cannot be written');
  }
}

function startTimers({
  log,
  ledger,
  counters,
  engine,
}: Pick<Parts, 'log' | 'ledger' | 'counters' | 'engine'>): () => void {
  const tick = setInterval(() => {
    engine.tick();
  }, TICK_MS);
  const watchdog = startWatchdog({
    ...{ log: log.child({ component: 'watchdog' }), ledger, counters },
    gauges: () => engine.gauges(),
  });
  return () => {
    clearInterval(tick);
    watchdog.stop();
  };
}

async function stop(parts: Parts, reason: string): Promise<void> {
  const { options, log, engine, server, enrichment, epoch, ledger, lock } = parts;
  const endMs = performance.now() + options.shutdownTimeout * 1000;
  const leftMs = (): number => Math.max(0, endMs - performance.now());
  log.info({ reason, events: engine.gauges().eventsInFlight }, 'stopping');
  server.closeIntake();
  parts.stopTimers();
  const { backlogs } = engine.gauges();
  const report = await within(engine.terminate(leftMs() / 2), leftMs());
  if (report === undefined) log.error({ backlogs }, 'backlogs may be lost, no time is left');
  else if (report.lostBacklogs > 0) log.error(report, 'backlogs are lost');
  await enrichment?.idle(Math.min(leftMs(), LOOK_UPS_END_MS));
  enrichment?.close();
  await Promise.all([parts.alarmEvents.closeWithin(leftMs()), parts.alarms.closeWithin(leftMs())]);
  try {
    await saveLogPosition(options.logDir, { epoch, nextSequence: engine.nextSequence });
  } catch (err) {
    log.warn({ err }, 'the next start begins a new log of inputs');
  }
  await server.close(Math.min(CONNECTIONS_CLOSE_MS, Math.max(100, leftMs())));
  const imbalances = findImbalances(ledger);
  if (imbalances.length > 0) log.error({ imbalances, ledger }, 'the ledger does not balance');
  log.info({ ledger, backlogs: report?.savedBacklogs ?? 0 }, 'stopped');
  await lock.release();
}

/** Look-ups under way at the end may still complete alarms, but do not hold a stop up for long. */
const LOOK_UPS_END_MS = 2_000;

/** What the promise resolves to, undefined when it takes longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
