// `node --import tsx bench/cluster-throughput.ts [--rounds 3 --seconds 3]`: events per second through a frontend, NATS and
// a backend beside a standalone engine under the same load in turns, then as much as the generator can send.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchCluster, type BenchCluster } from './rig/cluster.ts';
import { makeConfiguration } from './rig/directives.ts';
import { createLineCounter, waitForLines, type LineCounter } from './rig/line-counter.ts';
import type { LoadOrder, LoadReport } from './rig/load-order.ts';
import { sendLoad } from './rig/load.ts';
import { describeMachine } from './rig/machine.ts';
import { readCpuMs } from './rig/process-figures.ts';
import { median } from './rig/quantiles.ts';
import { startForBench } from './rig/servers.ts';
import { formatRate, formatTable } from './rig/text-table.ts';

type Load = Pick<LoadOrder, 'connections' | 'arrayOf' | 'rate'>;

/** What is under load, and what it should have written so far. */
interface Subject {
  readonly port: number;
  readonly path: string;
  readonly lines: LineCounter;
  /** Its processes. */
  readonly pids: readonly number[];
  sent: number;
  known: number;
  written: number;
}

const OCCURRENCE = 1000;
const WARM_EVENTS = 20_000;
const FLOOD_FACTOR = 5;
const ROWS: readonly (Load & { readonly name: string })[] = [
  { name: 'single posts', connections: 64, arrayOf: 0, rate: null },
  { name: 'arrays of 100', connections: 16, arrayOf: 100, rate: null },
];
const HEAD = [
  ...['load', 'standalone ev/s', 'cluster ev/s', 'ratio', 'missing', 'lost', 'answers'],
  ...['CPU µs an event: standalone', 'frontend + NATS + backend'],
];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

console.log(describeMachine());
const files = makeConfiguration(1, OCCURRENCE);
const standalone = await startForBench(files);
const cluster = await startBenchCluster(files);
const table: string[][] = [];
let highest = 0;
try {
  const alone = openSubject(standalone.port, join(standalone.logDir, 'siem_alarm_events.json'), [
    standalone.pid,
  ]);
  const { frontend, nats, backend } = cluster;
  const pids = [frontend.pid, nats.pid ?? 0, backend.pid];
  const whole = openSubject(frontend.port, cluster.path, pids);
  for (const subject of [alone, whole]) {
    await load(subject, { connections: 16, arrayOf: 100, events: WARM_EVENTS, seconds: 60 });
  }
  for (const { name, ...order } of ROWS) {
    const { rate, cells } = await measure(alone, whole, order);
    highest = Math.max(highest, rate);
    table.push([name, ...cells]);
    console.log(table.at(-1)?.join('  '));
  }
  table.push(await flood(cluster, whole, highest));
} finally {
  await cluster.close();
  await standalone.dispose();
}
console.log(`\n${formatTable(HEAD, table)}`);
console.log(
  '\nev/s: events answered 200, from the first request to the last answer or written line, median; ratio: of the same round; ' +
    'missing: events answered 200 without a line at the backend; lost: what the ledger of the backend counts.',
);

function openSubject(port: number, path: string, pids: readonly number[]): Subject {
  return { port, path, pids, lines: createLineCounter(path), sent: 0, known: 0, written: 0 };
}

async function measure(
  alone: Subject,
  whole: Subject,
  order: Load,
): Promise<{ readonly rate: number; readonly cells: string[] }> {
  const pairs: { readonly alone: number; readonly whole: number }[] = [];
  const costs: { readonly alone: readonly number[]; readonly whole: readonly number[] }[] = [];
  const answers: Record<string, number> = {};
  while (pairs.length < rounds) {
    const first = await load(alone, { ...order, seconds });
    const second = await load(whole, { ...order, seconds });
    for (const [status, count] of Object.entries(second.report.statuses)) {
      answers[status] = (answers[status] ?? 0) + count;
    }
    pairs.push({ alone: first.rate, whole: second.rate });
    costs.push({ alone: first.costs, whole: second.costs });
  }
  const rate = median(pairs.map((pair) => pair.whole));
  const cells = [
    formatRate(median(pairs.map((pair) => pair.alone))),
    formatRate(rate),
    median(pairs.map((pair) => pair.whole / pair.alone)).toFixed(2),
    ...(await account(whole)),
    JSON.stringify(answers),
    ...(['alone', 'whole'] as const).map((name) => medians(costs.map((cost) => cost[name]))),
  ];
  return { rate, cells };
}

/** Of each process. */
function medians(rounds: readonly (readonly number[])[]): string {
  const processes = rounds[0]?.keys() ?? [];
  return [...processes]
    .map((index) => median(rounds.map((costs) => costs[index] ?? NaN)).toFixed(1))
    .join(' + ');
}

/** Five times as much as the cluster takes is offered, or as much as the generator can. */
async function flood({ frontend }: BenchCluster, whole: Subject, rate: number): Promise<string[]> {
  const offered = rate * FLOOD_FACTOR;
  const order = { connections: 512, arrayOf: 100, rate: offered, seconds, port: frontend.port };
  const { report } = await load(whole, order);
  const offeredRate = formatRate((report.sent + report.unsent) / report.seconds);
  const sentRate = formatRate(report.sent / report.seconds);
  return [
    ...[`flood: ${offeredRate}/s offered, ${sentRate}/s sent`, ''],
    ...[formatRate(report.accepted / report.seconds), ''],
    ...(await account(whole)),
    JSON.stringify(report.statuses),
  ];
}

/** What answered events have no line, and what the ledger says of it; an unequal pair is a fault. */
async function account({ known, written }: Subject): Promise<string[]> {
  const missing = known - written;
  const lost = await cluster.lost();
  if (missing !== lost) process.exitCode = 1;
  return [String(missing), String(lost)];
}

async function load(
  subject: Subject,
  order: Partial<LoadOrder>,
): Promise<{
  readonly report: LoadReport;
  readonly rate: number;
  readonly costs: readonly number[];
}> {
  const before = subject.pids.map(readCpuMs);
  const report = await sendLoad({ ...order, port: subject.port, first: subject.sent });
  subject.sent += report.sent;
  subject.known += report.known;
  subject.written = await waitForLines(subject.lines, subject.known);
  const lastWriteMs = statSync(subject.path).mtimeMs;
  const settled = Math.max(report.seconds, (lastWriteMs - report.startedAt) / 1000);
  const costs = subject.pids.map(
    (pid, index) => ((readCpuMs(pid) - (before[index] ?? 0)) * 1000) / report.accepted,
  );
  return { report, rate: report.accepted / settled, costs };
}
