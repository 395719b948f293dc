// `npx tsx bench/feed-clients.ts [--clients 1000] [--seconds 60]`: what clients of the live feed cost an engine at work.

import { parseArgs } from 'node:util';
import {
  makeFeedConfiguration,
  runLoad,
  startFeedClients,
  type LoadCost,
} from './rig/feed-load.ts';
import { describeMachine } from './rig/machine.ts';
import { startForBench } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

const UPDATES = 200;
const FIRST_RATE = 40_000;
const TRIALS = 5;
const TRIAL_SECONDS = 3;
const LEAST_CORES = 0.55;
const WANTED_CORES = 0.65;
const MOST_RATIO = 1.25;

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string' },
  },
});
const clients = Number(values.clients);
const seconds = Number(values.seconds);

console.log(describeMachine());
const product = await startForBench(makeFeedConfiguration());
let first = 0;
const rate = values.rate === undefined ? await findRate() : Number(values.rate);
const alone = [await load(seconds / 2)];
const crowd = await startFeedClients(product, { clients, stuck: 1 });
const watched = await load(seconds);
const report = await crowd.judge();
alone.push(await load(seconds / 2));
const slowOnes = product.log().split('a feed client reads too slowly').length - 1;
await product.dispose();

const base = alone.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0) / alone.length;
const ratio = watched.cpuMicros / base;
console.log(
  formatTable(
    ['', 'events', 'alarm updates', 'refused', 'cores', 'µs an event', 'peak MB'],
    [
      formatCost('alone, before', alone[0]),
      formatCost(`${String(clients)} clients`, watched),
      formatCost('alone, after', alone[1]),
    ],
  ),
);
console.log(
  `processor time an event with clients to without: ${ratio.toFixed(2)} (≤ ${String(MOST_RATIO)})`,
);
console.log(
  `${String(report.messages)} messages (${String(report.distinct)} different), ` +
    `${report.megabytes.toFixed(0)} MB, gaps ${String(report.gaps)}, snapshots ${String(report.snapshots)}, ` +
    `closed ${String(report.closed)}; clients without the last state of an alarm: ${String(report.wrong)}; ` +
    `clients ended as too slow: ${String(slowOnes)} (one never reads)`,
);
if (report.wrong > 0) console.log(report.example);
if (report.wrong > 0 || report.gaps > 0 || report.closed > 0 || ratio > MOST_RATIO) {
  process.exitCode = 1;
}

/** A rate that takes a good half of a core alone. */
async function findRate(): Promise<number> {
  let tried = FIRST_RATE;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const { cores, refused } = await run(tried, TRIAL_SECONDS);
    if (refused > 0 || (cores > LEAST_CORES && trial > 0)) break;
    tried = Math.round((tried * WANTED_CORES) / cores / 1000) * 1000;
  }
  return tried;
}

function load(forSeconds: number): Promise<LoadCost> {
  return run(rate, forSeconds);
}

async function run(atRate: number, forSeconds: number): Promise<LoadCost> {
  const cost = await runLoad(product, {
    ...{ rate: atRate, updates: UPDATES, seconds: forSeconds, first },
  });
  first += 1_000_000;
  return cost;
}

function formatCost(name: string, cost: LoadCost | undefined): string[] {
  if (cost === undefined) return [name];
  const { events, alarmUpdates, refused, cores, cpuMicros, peakMb } = cost;
  return [
    ...[name, String(events), String(alarmUpdates), String(refused)],
    ...[cores.toFixed(2), cpuMicros.toFixed(2), peakMb.toFixed(0)],
  ];
}
