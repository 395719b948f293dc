import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { refusedPort } from './answering-server.ts';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

/** Debian's nats-server as a process of its own. */
export interface NatsServer {
  readonly port: number;
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  /** Of the process that runs now. */
  readonly pid: number | undefined;
  /** What it has logged. */
  readonly output: () => string;
  /** kill -9; the port stays its own. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts a server on a free port; `configuration` is further text of its configuration file. */
export async function startNatsServer(configuration = ''): Promise<NatsServer> {
  const folder = makeTemporaryFolder('nats');
  const port = await refusedPort();
  const file = join(folder, 'nats.conf');
  writeFileSync(file, `listen: "127.0.0.1:${String(port)}"\n${configuration}\n`);
  let output = '';
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const child = spawn('nats-server', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    running = child;
    started.add(child);
    await waitUntil(() => {
      if (child.exitCode !== null) throw new Error(`nats-server ended: ${output}`);
      return answers(port);
    }, 'nats-server');
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
    started.delete(running);
  }

  await start();
  return {
    port,
    url: `nats://127.0.0.1:${String(port)}`,
    get pid() {
      return running?.pid;
    },
    output: () => output,
    kill: () => kill(),
    start,
    stop: async () => {
      await kill();
      removeFolder(folder);
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connectSocket(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
