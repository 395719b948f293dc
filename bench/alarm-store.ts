// What the durable alarm store takes: answers with very many alarms in it, memory, and how long filling and opening last.
// `npx tsx bench/alarm-store.ts [--alarms 1000000] [--rounds 15]`
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { parseNetwork, type Network } from '../core/address/network.ts';
import type { AlarmFilter } from '../core/alarm/alarm-filter.ts';
import type { AlarmStore } from '../state/alarm-store.ts';
import { makeStorePlace, openStore } from '../test/support/file-store-bed.ts';
import { makeTemporaryFolder } from '../test/support/temporary-folder.ts';
import { fillStore } from './rig/filled-store.ts';
import { describeMachine } from './rig/machine.ts';
import { quantile } from './rig/quantiles.ts';
import { formatTable } from './rig/text-table.ts';

const { values } = parseArgs({
  options: {
    alarms: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '15' },
    fill: { type: 'string' },
  },
});
const alarms = Number(values.alarms);
const rounds = Number(values.rounds);
const now = Math.floor(Date.now() / 1000);
const run = promisify(execFile);
const FLAGS = ['--max-semi-space-size=64', '--import=tsx', process.argv[1] ?? ''];
const RISK = { by: 'risk', descending: true } as const;
const LAST = { by: 'last', descending: true } as const;

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

const FILTERS: Readonly<Record<string, AlarmFilter>> = {
  nothing: {},
  status: { is: { status: ['Open', 'In-Progress'] } },
  tag: { is: { tag: ['False Positive'] } },
  'risk class': { is: { risk: ['High'] } },
  progress: { is: { progress: ['running'] } },
  directive: { is: { directive: [7, 8, 9] } },
  'one address': { is: { address: [network('10.3.7.9')] } },
  'CIDR from': { is: { from: [network('10.3.0.0/16')] } },
  'CIDR to, not': { not: { to: [network('192.168.0.0/20')] } },
  'time, last day': { is: { time: { since: now - 86_400 } } },
  'text, two words': { is: { q: 'brute user123' } },
  'text, common': { is: { q: 'malware' } },
  'text, address': { is: { q: '10.3.7' } },
  'four at once': {
    is: { status: ['Open'], risk: ['High'], q: 'scan', time: { since: now - 30 * 86_400 } },
  },
};

if (values.fill !== undefined) {
  const filled = await openStore(makeStorePlace({}, values.fill));
  await fillStore(filled, alarms, now);
  await filled.close();
  process.exit();
}

console.log(describeMachine());
const folder = makeTemporaryFolder('bench');
// in a process of its own, so that what it leaves in memory is not counted here
const filledIn = await timed(() =>
  run(process.execPath, [...FLAGS, '--fill', folder, '--alarms', values.alarms]),
);
console.log(
  `${alarms.toLocaleString('en')} alarms put in and written in ${(filledIn / 1000).toFixed(1)} s`,
);
const before = process.memoryUsage().rss;
const store = await openStore(makeStorePlace({}, folder));
const openedIn = await timed(() => store.find([]));
console.log(`opened again: first answer after ${openedIn.toFixed(0)} ms`);
const opened = process.memoryUsage().rss;
const rows: string[][] = [];
for (const [name, filter] of Object.entries(FILTERS)) {
  rows.push(await measure(`list: ${name}`, (each) => each.list({ filter, sort: RISK, limit: 50 })));
  rows.push(await measure(`facets: ${name}`, (each) => each.facets({ filter, limit: 5 })));
}
rows.push(await measure('list: page 1,000', (each) => deepPage(each)));
rows.push(
  await measure('statistics by source, 90 days', (each) =>
    each.statistics({
      ...{ filter: {}, by: 'from', of: 'created', since: now - 90 * 86_400, until: now },
      ...{ bucketSeconds: 86_400, limit: 5 },
    }),
  ),
);
const [some] = (await store.list({ filter: {}, sort: LAST, limit: 1 })).alarms;
const id = some?.alarm.alarm_id ?? '';
rows.push(await measure('one alarm', (each) => each.get(id)));
rows.push(
  await measure('other alarms of 3 addresses', (each) =>
    each.countByAddress(['10.3.7.9', '192.168.1.1', '10.0.0.1'], id),
  ),
);
rows.push(
  await measure('select 500 of a filter', (each) =>
    each.select({ filter: { is: { risk: ['High'] } }, asOf: alarms, afterId: '', limit: 500 }),
  ),
);
console.log(formatTable(['question', 'median ms', 'slowest ms'], rows));
const after = process.memoryUsage().rss;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
console.log(
  `memory: ${megabytes(opened - before)} MB once opened, ${megabytes(after - before)} MB after all questions; ` +
    `on disk ${megabytes(store.figures().bytes)} MB`,
);
await store.close();

async function measure(
  name: string,
  ask: (store: AlarmStore) => Promise<unknown>,
): Promise<string[]> {
  const samples = new Float64Array(rounds);
  for (let round = 0; round < rounds; round += 1) samples[round] = await timed(() => ask(store));
  const median = quantile(samples, 0.5);
  if (median > 100) process.exitCode = 1;
  return [name, median.toFixed(1), quantile(samples, 1).toFixed(1)];
}

async function deepPage(each: AlarmStore): Promise<unknown> {
  const middle = { values: [5, now - 45 * 86_400], id: '' };
  return each.list({ filter: {}, sort: RISK, after: middle, limit: 50 });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
