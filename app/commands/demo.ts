// `dsiem demo`: an engine of its own with the starter set in a temporary folder, an attack among noise, and the alarms.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printLoginLink } from './login.ts';
import { simulate } from './simulate.ts';
import { watch } from './watch.ts';

/** What is shown. */
export interface DemoRequest {
  readonly scenario: string;
  /** Background events a second. */
  readonly noise: number;
  /** Ends after the attack instead of waiting for Ctrl-C. */
  readonly once: boolean;
}

interface DemoEngine {
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

const USUAL_PORT = 8080;
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 50;
/** Events a second, so that somebody can follow. */
const RATE = 4;
const TIMEOUT_SECONDS = 30;

/** Shows it until Ctrl-C; whether all of it worked, else the reason is on stderr. */
export async function demo({ scenario, noise, once: isOnce }: DemoRequest): Promise<boolean> {
  const ending = new AbortController();
  const { signal } = ending;
  const end = (): void => {
    ending.abort();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  const engine = await startEngine(signal);
  if (engine === undefined) return signal.aborted;
  const { url, token, folder } = engine;
  try {
    say(`An engine with the starter set runs at ${url}, its files are in ${folder}.`);
    say('Its page, with a link that logs in:');
    await printLoginLink({ url, token });
    say(`Now an attack (${scenario}) among ${String(noise)} other events a second. Its alarms:\n`);
    const watching = watch({ url, token, signal, json: false, filters: { kinds: 'alarm' } });
    const exit = await simulate({
      ...{ url, token, eventsToken: undefined, configDir: undefined, directives: undefined },
      ...{ scenario, noise, count: 1, durationSeconds: 0, rate: RATE, concurrency: 1 },
      ...{ timeoutSeconds: TIMEOUT_SECONDS, toFile: undefined, isWatched: true },
      ...{ seed: undefined, json: false, hasBar: false, signal },
    });
    if (!isOnce && !signal.aborted) {
      say(
        `\nThe engine goes on until Ctrl-C. More: dsiem simulate --url ${url} --log-dir ${folder}/logs`,
      );
      await waitForAbort(signal);
    }
    end();
    await watching;
    return exit === 0 || !isOnce;
  } finally {
    end();
    await engine.stop();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function startEngine(signal: AbortSignal): Promise<DemoEngine | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'dsiem-demo-'));
  const port = await findPort();
  const url = `http://127.0.0.1:${String(port)}`;
  const child = await spawnEngine(folder, port);
  const stop = async (): Promise<void> => {
    await stopChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  const limit = Date.now() + START_LIMIT_MS;
  while (!signal.aborted && child.exitCode === null && Date.now() < limit) {
    if (await isReady(url)) {
      const token = (await readFile(join(folder, 'logs', 'admin-token'), 'utf8')).trim();
      return { url, token, folder, stop };
    }
    await delay(POLL_MS);
  }
  if (!signal.aborted) {
    const log = await readFile(join(folder, 'engine.log'), 'utf8');
    process.stderr.write(`dsiem: the engine did not start; its log:\n${log}`);
  }
  await stop();
  return undefined;
}

/** The same program on the same Node.js, whatever the environment says of another engine. */
async function spawnEngine(folder: string, port: number): Promise<ChildProcess> {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('DSIEM_'));
  const log = await open(join(folder, 'engine.log'), 'a');
  const program = process.argv[1] ?? '';
  const words = ['serve', '--address', '127.0.0.1', '--port', String(port)];
  const folders = ['--config-dir', join(folder, 'configs'), '--log-dir', join(folder, 'logs')];
  const child = spawn(process.execPath, [...process.execArgv, program, ...words, ...folders], {
    env: Object.fromEntries(environment),
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  return child;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const inTime = await Promise.race([ended, delay(STOP_LIMIT_MS, undefined, { ref: false })]);
  if (inTime !== undefined) return;
  child.kill('SIGKILL');
  await ended;
}

/** The usual port when it is free, else any. */
async function findPort(): Promise<number> {
  return (await tryPort(USUAL_PORT)) ?? (await tryPort(0)) ?? USUAL_PORT;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address === null || typeof address === 'string' ? undefined : address.port;
}
