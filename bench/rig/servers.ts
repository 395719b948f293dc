import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startProcessGroup } from '../../test/support/process-group.ts';
import { findFreePort, startProduct, type Product } from '../../test/support/process.ts';

const root = join(import.meta.dirname, '..', '..');

/** As `npm start` sets it; the bare server has it too. */
const YOUNG_SPACE = '--max-semi-space-size=64';

/** A running bare server. */
export interface BareServer {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts the bare server and waits until it answers. */
export async function startBareServer(): Promise<BareServer> {
  const port = await findFreePort();
  const group = startProcessGroup({
    words: [
      process.execPath,
      YOUNG_SPACE,
      '--import=tsx',
      join(root, 'bench', 'bare-server.ts'),
      String(port),
    ],
    cwd: root,
    environment: {},
  });
  while (!(await isAnswering(port))) await delay(10);
  const stop = async (): Promise<void> => {
    await group.stop('SIGKILL');
  };
  return { port, pid: group.pid, stop };
}

/** No limits of rate, and no saving of backlogs at the end. */
export const BENCH_OPTIONS: readonly string[] = [
  '--max-eps=0',
  '--min-eps=0',
  '--reload-backlogs=false',
];

/** Starts the product with these configuration files and further options. */
export function startForBench(
  files: Readonly<Record<string, unknown>>,
  options: readonly string[] = [],
): Promise<Product> {
  const command = [process.execPath, YOUNG_SPACE, join(root, 'dist', 'app', 'main.js')] as const;
  return startProduct({ command: [...command], files, options: [...BENCH_OPTIONS, ...options] });
}

async function isAnswering(port: number): Promise<boolean> {
  const body = { method: 'POST', body: '{}' };
  return fetch(`http://127.0.0.1:${String(port)}/`, body).then(
    (response) => response.ok,
    () => false,
  );
}
