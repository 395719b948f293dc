// Starts the real product, as built into dist/, for tests of whole processes: signals, restarts, overload, bad input.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startProcessGroup, type Ending, type ProcessGroup } from './process-group.ts';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const START_LIMIT_MS = 30_000;
const POLL_MS = 5;

export interface ProductSettings {
  /** Default: a new temporary folder that holds `files`. */
  readonly configDir?: string;
  /** Default: a new temporary folder. */
  readonly logDir?: string;
  /** Files to write into the configuration folder first, by name; anything but text becomes JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  /** Command line after the program's name. */
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: node on dist/app/main.js. It runs in the root of the repository. */
  readonly command?: readonly [string, ...string[]];
  /** Default: a free one. */
  readonly port?: number;
  /** What answers 200 once the product is started; default `/config`. */
  readonly answersAt?: string;
}

/** A running product. */
export interface Product {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly configDir: string;
  readonly logDir: string;
  /** Milliseconds from the start of the process to its first 200. */
  readonly startedInMs: number;
  /** Settles when the process has ended by itself or by a signal. */
  readonly ended: Promise<Ending>;
  /** Standard output and standard error so far; of very much only the end. */
  log(): string;
  /** Sends the signal (default SIGTERM) to the whole process group and waits for the end; SIGKILL after a minute, which rejects. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
  /** Kills what still runs and removes the temporary folders that were made for it. */
  readonly dispose: () => Promise<void>;
}

interface Launched {
  readonly group: ProcessGroup;
  readonly startedAt: number;
  readonly port: number;
  readonly configDir: string;
  readonly logDir: string;
  readonly dispose: () => Promise<void>;
}

/** Starts the product and waits until it answers; rejects with its log when it ends or stays silent. */
export async function startProduct(settings: ProductSettings = {}): Promise<Product> {
  const { group, startedAt, port, configDir, logDir, dispose } = await launch(settings);
  const url = `http://127.0.0.1:${String(port)}`;
  const failure = await waitForAnswer(url + (settings.answersAt ?? '/config'), group.ended);
  if (failure !== null) {
    await dispose();
    throw new Error(`the product ${failure}; its log:\n${group.log()}`);
  }
  return {
    url,
    port,
    pid: group.pid,
    configDir,
    logDir,
    startedInMs: performance.now() - startedAt,
    ended: group.ended,
    log: () => group.log(),
    stop: (signal = 'SIGTERM') => group.stop(signal),
    dispose,
  };
}

/** Below those that the system gives to connections and to servers that ask for any: else it could give it to another at once. */
const PORTS = { first: 12_000, count: 20_000 };

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + randomInt(PORTS.count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

async function launch(settings: ProductSettings): Promise<Launched> {
  const port = settings.port ?? (await findFreePort());
  const own: string[] = [];
  const makeOwn = (purpose: string): string => {
    const folder = makeTemporaryFolder(purpose);
    own.push(folder);
    return folder;
  };
  const configDir = settings.configDir ?? makeOwn('config');
  const logDir = settings.logDir ?? makeOwn('logs');
  for (const [name, content] of Object.entries(settings.files ?? {})) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(configDir, name), text);
  }
  const command = settings.command ?? [process.execPath, join(root, 'dist', 'app', 'main.js')];
  const startedAt = performance.now();
  const group = startProcessGroup({
    words: [...command, ...(settings.options ?? [])],
    cwd: root,
    environment: {
      DSIEM_ADDRESS: '127.0.0.1',
      DSIEM_PORT: String(port),
      DSIEM_CONFIG_DIR: configDir,
      DSIEM_LOG_DIR: logDir,
      ...settings.environment,
    },
  });
  const dispose = async (): Promise<void> => {
    await group.stop('SIGKILL');
    for (const folder of own) removeFolder(folder);
  };
  return { group, startedAt, port, configDir, logDir, dispose };
}

/** Null once it answers 200, else what went wrong. */
async function waitForAnswer(url: string, ended: Promise<Ending>): Promise<string | null> {
  const limit = performance.now() + START_LIMIT_MS;
  while (performance.now() < limit) {
    if (await isAnswering(url)) return null;
    const ending = await Promise.race([ended, delay(POLL_MS, null)]);
    if (ending !== null) return `ended at once: ${JSON.stringify(ending)}`;
  }
  return `did not answer within ${String(START_LIMIT_MS / 1000)} s`;
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
