// Starts a product of which nobody knows whether it will start: on a damaged configuration, a port or folder in use.

import { setTimeout as delay } from 'node:timers/promises';
import { startProcessGroup, type Ending, type ProcessGroup } from '../support/process-group.ts';
import { JSON_LOG } from '../support/ledger-check.ts';

const START_LIMIT_MS = 60_000;
const POLL_MS = 10;
const READY = '"ready for events"';

/** Where and how it starts. */
export interface StartOrder {
  readonly configDir: string;
  readonly logDir: string;
  /** Default: any free one. */
  readonly port?: number;
  readonly options?: readonly string[];
}

/** What became of it: it runs, or it has ended by itself. */
export type Started =
  | { readonly kind: 'running'; readonly group: ProcessGroup; readonly port: number }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly log: string };

/** Starts the product with its log in JSON; rejects when it neither runs nor ends within a minute. */
export async function startOrEnd(order: StartOrder): Promise<Started> {
  const group = startInBackground(order);
  const end = performance.now() + START_LIMIT_MS;
  while (performance.now() < end) {
    const ending = await Promise.race([group.ended, delay(POLL_MS, undefined)]);
    const log = group.log();
    if (ending !== undefined) return { kind: 'ended', ending, log };
    if (log.includes(READY)) return { kind: 'running', group, port: portOf(log) };
  }
  await group.stop('SIGKILL');
  throw new Error(`neither runs nor ends; its log:\n${group.log()}`);
}

/** Starts the product with its log in JSON and does not wait for anything. */
export function startInBackground({
  configDir,
  logDir,
  port,
  options = [],
}: StartOrder): ProcessGroup {
  return startProcessGroup({
    words: [process.execPath, 'dist/app/main.js', ...options],
    cwd: `${import.meta.dirname}/../..`,
    environment: {
      DSIEM_ADDRESS: '127.0.0.1',
      DSIEM_PORT: String(port ?? 0),
      DSIEM_CONFIG_DIR: configDir,
      DSIEM_LOG_DIR: logDir,
      ...JSON_LOG,
    },
  });
}

function portOf(log: string): number {
  return Number(/"port":(\d+)/.exec(log)?.[1]);
}
