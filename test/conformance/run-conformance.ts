// Runs the conformance cases against the built product, started as its users start it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { REPOSITORY } from './conformance-folder.ts';

const LIMIT_MS = 600_000;
const ADAPTER = join(import.meta.dirname, 'cluster-adapter.ts');

/** What the runner printed and how it ended. */
export interface ConformanceRun {
  /** The runner's last line: `N passed, M failed`. */
  readonly summary: string;
  readonly passed: number;
  /** The lines of failed cases with their differences. */
  readonly failures: readonly string[];
  /** Lines of the servers' logs about a ledger that did not balance. */
  readonly imbalances: readonly string[];
  /** Null when it was killed, after ten minutes at the latest. */
  readonly exitCode: number | null;
  /** All that it printed. */
  readonly output: string;
}

/** What stands in the server's place: the product by itself, or the nodes of a cluster (cluster-adapter.ts). */
export type ConformanceTarget = 'standalone' | 'cluster';

/** Runs every case, or those whose name contains `filter`; throws when the product is not built. */
export async function runConformance(
  folder: string,
  filter = '',
  target: ConformanceTarget = 'standalone',
): Promise<ConformanceRun> {
  const program = join(REPOSITORY, 'dist/app/main.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build`);
  const outputFile = join(makeTemporaryFolder('conformance'), 'output.txt');
  const log = openSync(outputFile, 'w');
  const work = makeTemporaryFolder('conformance-servers');
  const runner = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', join(folder, 'run.mjs')],
      ...(target === 'cluster' ? ['--target', ADAPTER] : ['--command', `node '${program}'`]),
      ...['--filter', filter, '--keep'],
    ],
    {
      ...{ cwd: REPOSITORY, timeout: LIMIT_MS, env: { ...process.env, TMPDIR: work } },
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  await once(runner, 'exit');
  return {
    ...read(readFileSync(outputFile, 'utf8'), runner.exitCode),
    imbalances: findImbalances(work),
  };
}

/** The log lines of all servers that say that a ledger did not balance. */
function findImbalances(work: string): readonly string[] {
  return readdirSync(work)
    .map((name) => join(work, name, 'server.log'))
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .filter((line) => line.includes('the ledger does not balance'));
}

function read(output: string, exitCode: number | null): Omit<ConformanceRun, 'imbalances'> {
  const lines = output.trimEnd().split('\n');
  const summary = lines.at(-1) ?? '';
  const failures = lines.filter((line) => line.startsWith('FAIL ') || line.startsWith('     '));
  const passed = lines.filter((line) => line.startsWith('pass ')).length;
  return { summary, passed, failures, exitCode, output };
}
