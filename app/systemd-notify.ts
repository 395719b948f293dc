// Tells systemd how the service is (Type=notify). Node.js has no Unix datagram sockets, so `systemd-notify` speaks for us.
import { execFile } from 'node:child_process';
import type Logger from 'bunyan';

export interface SystemdNotifierDeps {
  /** The process's: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** What the service tells systemd; without NOTIFY_SOCKET nothing. */
export interface SystemdNotifier {
  /** Ready, with a line for `systemctl status`; from now on the watchdog is fed twice in its time. */
  ready(status: string): void;
  /** Stopping; the watchdog is fed until the end of the process. */
  stopping(): void;
}

const PROGRAM = 'systemd-notify';
const ANSWER_LIMIT_MS = 10_000;
const SILENT: SystemdNotifier = { ready: () => undefined, stopping: () => undefined };

/**
 * A notifier of this process. The watchdog is fed from the main event loop and by nothing else: an engine whose loop
 * hangs is restarted, one that waits for a full disk is not, because a restart would lose what waits.
 */
export function createSystemdNotifier({ environment, log }: SystemdNotifierDeps): SystemdNotifier {
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return SILENT;
  let hasFailed = false;
  const send = (...words: readonly string[]): void => {
    execFile(PROGRAM, words, { timeout: ANSWER_LIMIT_MS }, (err) => {
      if (err === null) hasFailed = false;
      else if (!hasFailed) {
        hasFailed = true;
        log.warn({ err: err.message }, 'systemd cannot be told how the service is');
      }
    });
  };
  const watchdogMs = watchdogMsOf(environment);
  return {
    ready: (status) => {
      send('--ready', `--status=${status}`);
      if (watchdogMs === undefined) return;
      setInterval(() => {
        send('WATCHDOG=1');
      }, watchdogMs / 2).unref();
    },
    stopping: () => {
      send('STOPPING=1', 'STATUS=saving backlogs');
    },
  };
}

/** Undefined when there is no watchdog, or it watches another process. */
function watchdogMsOf(environment: SystemdNotifierDeps['environment']): number | undefined {
  const owner = environment['WATCHDOG_PID'];
  if (owner !== undefined && owner !== String(process.pid)) return undefined;
  const microseconds = Number(environment['WATCHDOG_USEC'] ?? '0');
  return microseconds > 0 ? microseconds / 1000 : undefined;
}
