// What the durable alarm store costs: processor time an event of the whole product, with the store on and off in turns.
// `npx tsx bench/alarm-store-cost.ts [--rounds 5] [--work array,pairs] [--events 1000000] [--rate 80000]`. Aim: at most 1.25 times.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeConfiguration } from './rig/directives.ts';
import { createLineCounter, waitForLines } from './rig/line-counter.ts';
import { sendLoad } from './rig/load.ts';
import { describeMachine } from './rig/machine.ts';
import { readCpuMs, readMemory } from './rig/process-figures.ts';
import { median } from './rig/quantiles.ts';
import { SCENARIOS, type Scenario } from './rig/scenarios.ts';
import { startForBench } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

/** By then the store has written what it gathered. */
const SETTLE_MS = 3_000;

interface Cost {
  readonly cpuUs: number;
  readonly eventsPerSecond: number;
  readonly memoryMb: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    work: { type: 'string', default: 'array,pairs' },
    events: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '80000' },
  },
});
const work = values.work.split(',');
const events = Number(values.events);
const rate = Number(values.rate);
console.log(describeMachine());
const rows: string[][] = [];
for (const scenario of SCENARIOS.filter(({ name }) => work.includes(name))) {
  const costs: Record<'on' | 'off', Cost[]> = { on: [], off: [] };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    costs.off.push(await measureCost(scenario, 'off'));
    costs.on.push(await measureCost(scenario, 'on'));
  }
  const cpu = { on: medianOf(costs.on, 'cpuUs'), off: medianOf(costs.off, 'cpuUs') };
  const ratio = cpu.on / cpu.off;
  if (ratio > 1.25) process.exitCode = 1;
  rows.push([
    scenario.work,
    cpu.off.toFixed(2),
    cpu.on.toFixed(2),
    ratio.toFixed(2),
    medianOf(costs.off, 'eventsPerSecond').toFixed(0),
    medianOf(costs.on, 'eventsPerSecond').toFixed(0),
    medianOf(costs.off, 'memoryMb').toFixed(0),
    medianOf(costs.on, 'memoryMb').toFixed(0),
  ]);
  console.log(rows.at(-1)?.join('  '));
}
const head = [
  'work',
  'CPU µs an event, off',
  'on',
  'ratio',
  'events/s, off',
  'on',
  'MB, off',
  'on',
];
console.log(formatTable(head, rows));

async function measureCost(scenario: Scenario, store: 'on' | 'off'): Promise<Cost> {
  const { connections, arrayOf, vary, occurrence, warmEvents } = scenario;
  const configuration = makeConfiguration(vary.directives, occurrence);
  const product = await startForBench(configuration, [`--alarm-store=${store}`]);
  const lines = createLineCounter(join(product.logDir, 'siem_alarm_events.json'));
  try {
    const load = { connections, arrayOf, ...vary, port: product.port, rate };
    const warm = await sendLoad({ ...load, events: warmEvents, seconds: 60, first: 0 });
    await waitForLines(lines, warm.known);
    await delay(SETTLE_MS);
    const before = readCpuMs(product.pid);
    const report = await sendLoad({ ...load, events, seconds: 120, first: warm.sent });
    await waitForLines(lines, warm.known + report.known);
    await delay(SETTLE_MS);
    const cpuMs = readCpuMs(product.pid) - before;
    return {
      cpuUs: (cpuMs * 1000) / report.accepted,
      eventsPerSecond: report.accepted / report.seconds,
      memoryMb: readMemory(product.pid).nowMb,
    };
  } finally {
    lines.close();
    await product.dispose();
  }
}

function medianOf(costs: readonly Cost[], key: keyof Cost): number {
  return median(costs.map((cost) => cost[key]));
}
