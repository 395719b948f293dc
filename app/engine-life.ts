// What every engine does while it runs and when it ends, standalone or as a backend.
import { findImbalances } from '../core/ledger/ledger.ts';
import { saveLogPosition } from '../state/engine-file.ts';
import type { LogDirectoryLock } from '../state/log-directory-lock.ts';
import { watchConfiguration } from './configuration-watch.ts';
import type { EngineHands } from './engine-hands.ts';
import type { EngineInput, EngineParts } from './engine-parts.ts';
import { stateFolder } from './state-folder.ts';
import { startWatchdog } from './watchdog.ts';

/** A running engine. */
export interface RunningEngine {
  /** Where it listens; undefined when it does not. */
  readonly listening: { readonly address: string; readonly port: number } | undefined;
  /** Loads the configuration folder anew; faults are logged and the old configuration stays. */
  reload(): void;
  /** Ends within --shutdown-timeout; what could not be saved by then is logged as lost. Never rejects. */
  stop(reason: string): Promise<void>;
}

/** An engine with what surrounds it. */
export interface EngineLife {
  readonly input: EngineInput;
  readonly parts: EngineParts;
  readonly hands: EngineHands;
  readonly lock: LogDirectoryLock;
  /** Takes no more events; resolves when those that came are with the engine, at the latest after `ms`. */
  readonly closeIntake: (ms: number) => Promise<void>;
  /** Ends what faces the outside, in `ms` at most. */
  readonly closeFront: (ms: number) => Promise<void>;
  readonly stopTimers: () => void;
}

const TICK_MS = 1_000;
const CONNECTIONS_CLOSE_MS = 1_000;
const TELEMETRY_END_MS = 2_000;
/** Look-ups under way at the end may still complete alarms, but do not hold a stop up for long. */
const LOOK_UPS_END_MS = 2_000;
const LEAST_MS = 100;

/** Clock ticks, the watchdog report and, with --watch-config, a look at the folder; answers how to end them. */
export function startTimers(
  input: EngineInput,
  parts: EngineParts,
  hands: EngineHands,
): () => void {
  const { options, log } = input;
  const { engine, ledger, counters } = parts;
  const tick = setInterval(() => {
    engine.tick();
    hands.readiness.sample();
  }, TICK_MS);
  const watchdog = startWatchdog({
    ...{ log: log.child({ component: 'watchdog' }), ledger, counters },
    gauges: () => engine.gauges(),
  });
  const folder = options.watchConfig
    ? watchConfiguration({
        folder: options.configDir,
        onChange: () => {
          void hands.service.reloadIfChanged('watch', '--watch-config');
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

/** Ends an engine in good order (SPEC §10): intake, events in flight, backlogs, files, the rest. */
export async function stopEngine(life: EngineLife, reason: string): Promise<void> {
  const { engine, lookUps, epoch, ledger, live, access, figures, alarms, alarmEvents } = life.parts;
  const { options, log } = life.input;
  const endMs = performance.now() + options.shutdownTimeout * 1000;
  const leftMs = (): number => Math.max(0, endMs - performance.now());
  const someMs = (most: number): number => Math.min(most, Math.max(LEAST_MS, leftMs()));
  log.info({ reason, events: engine.gauges().eventsInFlight }, 'stopping');
  await life.closeIntake(leftMs() / 2);
  life.stopTimers();
  const { backlogs } = engine.gauges();
  const report = await within(engine.terminate(leftMs() / 2), leftMs());
  if (report === undefined) log.error({ backlogs }, 'backlogs may be lost, no time is left');
  else if (report.lostBacklogs > 0) log.error(report, 'backlogs are lost');
  await lookUps.idle(Math.min(leftMs(), LOOK_UPS_END_MS));
  lookUps.close();
  await Promise.all([alarmEvents.closeWithin(leftMs()), alarms.closeWithin(leftMs())]);
  try {
    const position = { epoch, nextSequence: engine.nextSequence };
    await saveLogPosition(stateFolder(options), position);
  } catch (err) {
    log.warn({ err }, 'the next start begins a new log of inputs');
  }
  await life.closeFront(someMs(CONNECTIONS_CLOSE_MS));
  await figures.stop(someMs(TELEMETRY_END_MS));
  await access.close(someMs(Number.POSITIVE_INFINITY));
  await live.close(someMs(Number.POSITIVE_INFINITY));
  const imbalances = findImbalances(ledger);
  if (imbalances.length > 0) log.error({ imbalances, ledger }, 'the ledger does not balance');
  log.info({ ledger, backlogs: report?.savedBacklogs ?? 0 }, 'stopped');
  await life.lock.release();
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
