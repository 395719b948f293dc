// The life of a standalone engine: it is started, ticked, reloaded and ended here (DESIGN §5).
import { mkdir } from 'node:fs/promises';
import { findImbalances } from '../core/ledger/ledger.ts';
import { saveLogPosition } from '../state/engine-file.ts';
import { lockLogDirectory, type LogDirectoryLock } from '../state/log-directory-lock.ts';
import { watchConfiguration } from './configuration-watch.ts';
import type { LifePhase } from './readiness.ts';
import { openParts, type StandaloneInput, type StandaloneParts } from './standalone-parts.ts';
import { createFront, type StandaloneFront } from './standalone-server.ts';
import { startWatchdog } from './watchdog.ts';

export type { StandaloneInput } from './standalone-parts.ts';

/** A running engine. */
export interface Standalone {
  readonly address: string;
  readonly port: number;
  /** Loads the configuration folder anew; faults are logged and the old configuration stays. */
  reload(): void;
  /** Ends within --shutdown-timeout; what could not be saved by then is logged as lost. Never rejects. */
  stop(reason: string): Promise<void>;
}

interface Life extends StandaloneParts, StandaloneFront {
  readonly input: StandaloneInput;
  readonly lock: LogDirectoryLock;
  phase: LifePhase;
  stopTimers: () => void;
}

const TICK_MS = 1_000;
/** How much longer than its limit an ending predecessor may take before we refuse to start. */
const PREDECESSOR_MARGIN_MS = 5_000;
const CONNECTIONS_CLOSE_MS = 1_000;
const TELEMETRY_END_MS = 2_000;
/** Look-ups under way at the end may still complete alarms, but do not hold a stop up for long. */
const LOOK_UPS_END_MS = 2_000;

/** Starts everything; rejects when the log directory is in use or cannot be written, or the port cannot be had. */
export async function startStandalone(input: StandaloneInput): Promise<Standalone> {
  const { options, log } = input;
  await mkdir(options.logDir, { recursive: true });
  const waitMs = options.shutdownTimeout * 1000 + PREDECESSOR_MARGIN_MS;
  const lock = await lockLogDirectory({ logDir: options.logDir, waitMs, log });
  input.onLocked();
  const life = await begin(input, lock);
  const { address, port } = await listen(life);
  life.phase = 'running';
  const scheme = life.access.tls === undefined ? 'http' : 'https';
  const started = { address, port, scheme, directives: input.configuration.directives.length };
  log.info(started, 'ready for events');
  let stopping: Promise<void> | undefined;
  return {
    address,
    port,
    reload: () => {
      void life.service.reload('signal', 'SIGHUP');
    },
    stop: (reason) => {
      stopping ??= stop(life, reason);
      return stopping;
    },
  };
}

async function begin(input: StandaloneInput, lock: LogDirectoryLock): Promise<Life> {
  const parts = await openParts(input);
  let phase: LifePhase = 'starting';
  const front = await createFront(input, parts, () => phase);
  const life: Life = {
    ...parts,
    ...front,
    ...{ input, lock, stopTimers: () => undefined },
    get phase() {
      return phase;
    },
    set phase(next) {
      phase = next;
    },
  };
  life.stopTimers = startTimers(life);
  return life;
}

/** An address that cannot be had must not cost what was taken over from the last run: it is saved again. */
async function listen(life: Life): ReturnType<StandaloneFront['server']['listen']> {
  try {
    return await life.server.listen();
  } catch (err) {
    await stop(life, 'the address cannot be had');
    throw err;
  }
}

function startTimers({ input, engine, ledger, counters, readiness, service }: Life): () => void {
  const { options, log } = input;
  const tick = setInterval(() => {
    engine.tick();
    readiness.sample();
  }, TICK_MS);
  const watchdog = startWatchdog({
    ...{ log: log.child({ component: 'watchdog' }), ledger, counters },
    gauges: () => engine.gauges(),
  });
  const folder = options.watchConfig
    ? watchConfiguration({
        folder: options.configDir,
        onChange: () => {
          void service.reloadIfChanged('watch', '--watch-config');
        },
        log: log.child({ component: 'configuration' }),
      })
    : undefined;
  return () => {
    clearInterval(tick);
    watchdog.stop();
    folder?.close();
  };
}

async function stop(life: Life, reason: string): Promise<void> {
  const { engine, server, lookUps, epoch, ledger, lock, live, access, figures } = life;
  const { options, log } = life.input;
  const endMs = performance.now() + options.shutdownTimeout * 1000;
  const leftMs = (): number => Math.max(0, endMs - performance.now());
  log.info({ reason, events: engine.gauges().eventsInFlight }, 'stopping');
  life.phase = 'stopping';
  server.closeIntake();
  life.stopTimers();
  const { backlogs } = engine.gauges();
  const report = await within(engine.terminate(leftMs() / 2), leftMs());
  if (report === undefined) log.error({ backlogs }, 'backlogs may be lost, no time is left');
  else if (report.lostBacklogs > 0) log.error(report, 'backlogs are lost');
  await lookUps.idle(Math.min(leftMs(), LOOK_UPS_END_MS));
  lookUps.close();
  await Promise.all([life.alarmEvents.closeWithin(leftMs()), life.alarms.closeWithin(leftMs())]);
  try {
    await saveLogPosition(options.logDir, { epoch, nextSequence: engine.nextSequence });
  } catch (err) {
    log.warn({ err }, 'the next start begins a new log of inputs');
  }
  await server.close(Math.min(CONNECTIONS_CLOSE_MS, Math.max(100, leftMs())));
  await figures.stop(Math.min(TELEMETRY_END_MS, Math.max(100, leftMs())));
  await access.close(Math.max(100, leftMs()));
  await live.close();
  const imbalances = findImbalances(ledger);
  if (imbalances.length > 0) log.error({ imbalances, ledger }, 'the ledger does not balance');
  log.info({ ledger, backlogs: report?.savedBacklogs ?? 0 }, 'stopped');
  await lock.release();
}

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
