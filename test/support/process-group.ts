import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const STOP_LIMIT_MS = 60_000;
const POLL_MS = 10;
const LOG_LIMIT = 4_000_000;

/** How a process ended: one of the two is null. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command with everything that it started. */
export interface ProcessGroup {
  readonly pid: number;
  /** Settles when the command has ended by itself or by a signal; what it started may still run. */
  readonly ended: Promise<Ending>;
  /** Standard output and standard error so far; of very much only the end. */
  log(): string;
  /**
   * Sends the signal to the whole group and waits until all of it is gone; after a minute it is killed, which rejects.
   * A command that wraps the program (npm, a shell) may end before the program does.
   */
  stop(signal: NodeJS.Signals): Promise<Ending>;
}

export interface Command {
  readonly words: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
});
// A test runner's time limit and a developer's Ctrl-C end this process without an 'exit' event otherwise.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    process.exit(1);
  });
}

/** Starts the command as the head of a group of its own, which is killed at the latest when this process ends. */
export function startProcessGroup({ words, cwd, environment }: Command): ProcessGroup {
  const [program, ...parameters] = words;
  const child = spawn(program, parameters, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${program}`);
  running.add(pid);
  const log = collectOutput(child);
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      if (!isGroupAlive(pid)) running.delete(pid);
      resolve({ code, signal });
    });
  });
  return { pid, ended, log, stop: (signal) => stopGroup(pid, signal, ended) };
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > LOG_LIMIT) text = text.slice(-LOG_LIMIT / 2);
    });
  }
  return () => text;
}

async function stopGroup(
  pid: number,
  signal: NodeJS.Signals,
  ended: Promise<Ending>,
): Promise<Ending> {
  signalGroup(pid, signal);
  const end = performance.now() + STOP_LIMIT_MS;
  while (isGroupAlive(pid) && performance.now() < end) await delay(POLL_MS);
  if (isGroupAlive(pid)) {
    signalGroup(pid, 'SIGKILL');
    throw new Error(`did not end within ${String(STOP_LIMIT_MS / 1000)} s of ${signal}`);
  }
  running.delete(pid);
  return ended;
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function isGroupAlive(pid: number): boolean {
  return signalGroup(pid, 0);
}
