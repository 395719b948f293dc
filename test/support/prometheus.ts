// A real Prometheus that scrapes a server of a test, and its tool that checks files.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';

const LIMIT_MS = 30_000;
const ASK_AGAIN_MS = 50;

/** Runs `promtool check <what>`; the answer has what it printed. */
export function promtool(
  what: readonly string[],
  input?: string,
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', ...what], {
    encoding: 'utf8',
    input,
  });
  return { status, output: `${stdout}${stderr}` };
}

/** A Prometheus under test. */
export interface Prometheus {
  /** Asks its HTTP API again and again until `choose` finds something in the answer's data. */
  readonly wait: <Found>(
    path: string,
    choose: (data: unknown) => Found | undefined,
  ) => Promise<Found>;
  readonly stop: () => Promise<void>;
}

/** Starts one that scrapes `target` (`host:port`) as job dsiem, several times a second. */
export async function startPrometheus(target: string, ruleFile: string): Promise<Prometheus> {
  const folder = makeTemporaryFolder('prometheus');
  copyFileSync(ruleFile, join(folder, 'rules.yml'));
  writeFileSync(
    join(folder, 'prometheus.yml'),
    [
      'global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}',
      'rule_files: [rules.yml]',
      `scrape_configs: [{job_name: dsiem, static_configs: [{targets: ['${target}']}]}]`,
    ].join('\n'),
  );
  const port = await findFreePort();
  const process = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    process.once('exit', () => {
      resolve();
    });
  });
  return {
    wait: async (path, choose) => {
      const end = performance.now() + LIMIT_MS;
      for (;;) {
        const found = choose(await ask(`http://127.0.0.1:${String(port)}/api/v1/${path}`));
        if (found !== undefined) return found;
        if (performance.now() > end) throw new Error(`waited too long for ${path}`);
        await delay(ASK_AGAIN_MS);
      }
    },
    stop: async () => {
      process.kill('SIGKILL');
      await ended;
      removeFolder(folder);
    },
  };
}

/** The data of an answer; undefined while there is none. */
async function ask(url: string): Promise<unknown> {
  try {
    const answer: unknown = await (await fetch(url)).json();
    return typeof answer === 'object' && answer !== null && 'data' in answer
      ? answer.data
      : undefined;
  } catch {
    return undefined;
  }
}

async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
