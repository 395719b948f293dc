import bunyan from 'bunyan';
import { formatFault } from '../../config/configuration-fault.ts';
import type { Options } from '../../config/options.ts';
import { formatOptionFault, type ReadOptionsResult } from '../../config/read-options.ts';
import { LogDirectoryInUseError } from '../../state/log-directory-lock.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { RunningEngine } from '../engine-life.ts';
import { explainFailedStart } from '../failed-start.ts';
import { createLogger } from '../log-stream.ts';
import { AccessFileError } from '../open-access.ts';
import { readPackageVersion } from '../package-folder.ts';
import { startNode } from '../start-node.ts';
import { createSystemdNotifier, type SystemdNotifier } from '../systemd-notify.ts';

const OPERATOR_MISTAKE = 2;
/** A signal that comes so soon after the first is the same one, passed on by a shell or npm (SPEC §10). */
const SAME_SIGNAL_MS = 2_000;

/** Before `starting` nothing has been taken over that a stop would have to save. */
type Phase = 'waiting' | 'starting' | 'running';

/** Runs the engine until a signal ends it; exit code 2 for a configuration that cannot be loaded, 1 for another failure. */
export async function serve(read: ReadOptionsResult): Promise<void> {
  const { options, warnings } = read;
  const log = createProcessLogger(options);
  let running: RunningEngine | undefined;
  let phase: Phase = 'waiting';
  const systemd = createSystemdNotifier({ environment: process.env, log });
  const onRunning = handleSignals(log, systemd, () => ({ phase, running }));
  log.info({ version: readPackageVersion(), mode: options.mode, pid: process.pid }, 'starting');
  for (const warning of warnings) log.warn({ option: formatOptionFault(warning) }, 'an option');
  try {
    running = await startNode(read, {
      log,
      onLocked: () => {
        phase = 'starting';
      },
    });
    phase = 'running';
  } catch (err) {
    reportFailedStart(err, options, log);
    process.exit(isOperatorMistake(err) ? OPERATOR_MISTAKE : 1);
  }
  const { listening: at } = running;
  const where = at === undefined ? '' : ` on ${at.address} port ${String(at.port)}`;
  systemd.ready(`ready for events${where}`);
  onRunning();
}

function createProcessLogger({ debug, trace, json }: Options): bunyan {
  const level = trace ? bunyan.TRACE : debug ? bunyan.DEBUG : bunyan.INFO;
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const write = (line: string): void => {
    process.stdout.write(line);
  };
  return createLogger({ level, json, colour, write });
}

function isOperatorMistake(err: unknown): boolean {
  const mistakes = [LogDirectoryInUseError, AccessFileError, ConfigurationError];
  return mistakes.some((mistake) => err instanceof mistake);
}

function reportFailedStart(err: unknown, options: Options, log: bunyan): void {
  if (err instanceof ConfigurationError) {
    for (const fault of err.faults) log.error({ fault: formatFault(fault) }, 'configuration');
    const { length: faults } = err.faults;
    log.error({ faults, folder: options.configDir }, 'the configuration cannot be loaded');
  } else if (err instanceof LogDirectoryInUseError) {
    log.error({ pid: err.pid, folder: err.logDir }, 'another engine writes to the log directory');
  } else if (err instanceof AccessFileError) {
    log.error({ problem: err.message }, 'a file of tokens or certificates cannot be used');
  } else {
    const { ipAddress: address, tcpPort: port } = options;
    const explained = explainFailedStart(err, options);
    log.error({ ...(explained ?? { err }), address, port }, 'the engine cannot start');
  }
}

/**
 * Ends the engine on signals and on errors that nobody handled, and reloads on SIGHUP; answers what to call once it runs,
 * for what was asked of it before.
 */
function handleSignals(
  log: bunyan,
  systemd: SystemdNotifier,
  engine: () => { readonly phase: Phase; readonly running: RunningEngine | undefined },
): () => void {
  let first:
    { readonly atMs: number; readonly reason: string; readonly exitCode: number } | undefined;
  const end = (): void => {
    const { running } = engine();
    if (running === undefined || first === undefined) return;
    const { reason, exitCode } = first;
    systemd.stopping();
    void running.stop(reason).then(() => process.exit(exitCode));
  };
  const begin = (reason: string, exitCode: number): void => {
    if (first !== undefined) {
      if (performance.now() - first.atMs < SAME_SIGNAL_MS) return;
      // What a start has taken over is in memory only until it can be stopped.
      if (engine().phase === 'starting') return;
      log.error({ reason }, 'stopped at once by a second signal, what was not saved is lost');
      process.exit(1);
    }
    if (engine().phase === 'waiting') {
      log.info({ reason }, 'ended before the start');
      process.exit(exitCode);
    }
    first = { atMs: performance.now(), reason, exitCode };
    end();
  };
  let isReloadWanted = false;
  const reload = (): void => {
    const { running } = engine();
    // A start reads the configuration anyway, but what changed after that must not be missed.
    isReloadWanted = running === undefined;
    running?.reload();
  };
  process.on('SIGHUP', reload);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      begin(signal, 0);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, 'an error that nobody handled');
      begin(event, 1);
    });
  }
  return () => {
    end();
    if (isReloadWanted && first === undefined) reload();
  };
}
