// Where the product's time goes under one row's load: `node --import tsx bench/profile.ts array`.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startProduct } from '../test/support/process.ts';
import { makeTemporaryFolder } from '../test/support/temporary-folder.ts';
import { makeConfiguration } from './rig/directives.ts';
import { sendLoad } from './rig/load.ts';
import { describeMachine } from './rig/machine.ts';
import { SCENARIOS } from './rig/scenarios.ts';
import { BENCH_OPTIONS } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

const root = join(import.meta.dirname, '..');
const cpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
});

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    top: { type: 'string', default: '25' },
  },
  allowPositionals: true,
});
const scenario = SCENARIOS.find(({ name }) => name === (positionals[0] ?? 'array'));
if (scenario === undefined) {
  console.error(`rows: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

console.log(`${describeMachine()}\n${scenario.work}`);
const { connections, arrayOf, vary, warmEvents } = scenario;
const folder = makeTemporaryFolder('profile');
const product = await startProduct({
  command: [
    process.execPath,
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    join(root, 'dist', 'app', 'main.js'),
  ],
  files: makeConfiguration(vary.directives, scenario.occurrence),
  options: BENCH_OPTIONS,
});
const load = { port: product.port, connections, arrayOf, ...vary };
await sendLoad({ ...load, events: warmEvents, seconds: 60 });
await sendLoad({ ...load, first: warmEvents, seconds: Number(values.seconds) });
await product.stop('SIGTERM');
await product.dispose();
for (const name of readdirSync(folder)) printHottest(join(folder, name));

/** Functions by the share of busy samples in which they themselves ran. */
function printHottest(path: string): void {
  const profile = cpuProfile.parse(JSON.parse(readFileSync(path, 'utf8')));
  const names = new Map(
    profile.nodes.map(({ id, callFrame }) => [id, describeFrame(callFrame)] as const),
  );
  const counts = new Map<string, number>();
  for (const sample of profile.samples) {
    const name = names.get(sample) ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  counts.delete('(idle)');
  const busy = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...counts]
    .sort(([, left], [, right]) => right - left)
    .slice(0, Number(values.top))
    .map(([name, count]) => [`${((100 * count) / busy).toFixed(1)} %`, name]);
  console.log(formatTable(['self', 'function'], rows));
}

function describeFrame(frame: {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}): string {
  const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
  if (frame.url === '') return name;
  const file = frame.url.startsWith('file:') ? relative(root, fileURLToPath(frame.url)) : frame.url;
  return `${name} ${file}:${String(frame.lineNumber + 1)}`;
}
