// What live backlogs cost: memory for each, and processor time and delays of an engine that only ticks.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Product } from '../test/support/process.ts';
import { makeConfiguration } from './rig/directives.ts';
import { createLineCounter, waitForLines } from './rig/line-counter.ts';
import { sendLoad } from './rig/load.ts';
import { describeMachine } from './rig/machine.ts';
import { readCpuMs, readMemory } from './rig/process-figures.ts';
import { quantile } from './rig/quantiles.ts';
import { startForBench } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

const OCCURRENCE = 1000;
const STEPS = [0, 0.01, 0.1, 0.5, 1];
const PROBE_EVERY_MS = 20;

interface Idle {
  /** Processor time used in a second. */
  readonly cpuMs: number;
  readonly answerMs: { readonly p50: number; readonly max: number };
}

const { values } = parseArgs({
  options: {
    backlogs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
  },
});
const backlogs = Number(values.backlogs);

console.log(describeMachine());
const product = await startForBench(makeConfiguration(1, OCCURRENCE));
const lines = createLineCounter(join(product.logDir, 'siem_alarm_events.json'));
const empty = readMemory(product.pid).nowMb;
const rows: string[][] = [];
let opened = 0;
for (const step of STEPS) {
  const wanted = Math.round((backlogs * step) / 100) * 100;
  if (wanted > opened) await open(opened, wanted);
  opened = wanted;
  const idle = await measureIdle(product, Number(values.seconds));
  const { nowMb, peakMb } = readMemory(product.pid);
  rows.push([
    String(opened),
    nowMb.toFixed(0),
    peakMb.toFixed(0),
    opened === 0 ? '' : (((nowMb - empty) * 1e3) / opened).toFixed(2),
    idle.cpuMs.toFixed(2),
    idle.answerMs.p50.toFixed(2),
    idle.answerMs.max.toFixed(2),
  ]);
}
const head = ['backlogs', 'MB', 'peak MB', 'kB each', 'idle CPU ms/s', 'GET p50 ms', 'GET max ms'];
console.log(formatTable(head, rows));
console.log(
  'kB each: resident memory over that before the first, divided; it holds garbage not yet collected.',
);
lines.close();
await product.dispose();

/** One event from each new attacker opens a backlog for each. */
async function open(from: number, to: number): Promise<void> {
  const load = { port: product.port, arrayOf: 100, attackers: backlogs, connections: 4 };
  const report = await sendLoad({ ...load, first: from, events: to - from, seconds: 300 });
  const written = await waitForLines(lines, to);
  if (written !== to || report.accepted !== to - from) throw new Error(`${String(written)} opened`);
}

/** Watches the engine while nothing arrives but a small GET now and then. */
async function measureIdle({ pid, url }: Product, seconds: number): Promise<Idle> {
  await delay(1000);
  const before = readCpuMs(pid);
  await delay(seconds * 500);
  const cpuMs = (readCpuMs(pid) - before) / (seconds / 2);
  const answers: number[] = [];
  const end = performance.now() + seconds * 500;
  while (performance.now() < end) {
    const start = performance.now();
    await (await fetch(`${url}/config`)).arrayBuffer();
    answers.push(performance.now() - start);
    await delay(PROBE_EVERY_MS);
  }
  const samples = Float64Array.from(answers);
  return { cpuMs, answerMs: { p50: quantile(samples, 0.5), max: quantile(samples, 1) } };
}
