// From the start of the process to its first 200, the processor time until then (all threads; the figure to compare on a
// busy machine) and its memory, with few and with very many directives. It starts as `npm start` does.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startProduct } from '../test/support/process.ts';
import { makeConfiguration } from './rig/directives.ts';
import { describeMachine } from './rig/machine.ts';
import { readCpuMs, readMemory } from './rig/process-figures.ts';
import { median } from './rig/quantiles.ts';
import { BENCH_OPTIONS } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

const OCCURRENCE = 1000;
const SIZES = [1, 23_500];
const MAIN = join(import.meta.dirname, '..', 'dist', 'app', 'main.js');
const COMMAND = [process.execPath, '--max-semi-space-size=64', MAIN] as const;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);

console.log(describeMachine());
const node = median(Array.from({ length: runs }, timeNode));
const rows: string[][] = [];
for (const directives of SIZES) {
  const files = makeConfiguration(directives, OCCURRENCE);
  const times: number[] = [];
  const processorTimes: number[] = [];
  const memory: number[] = [];
  const peaks: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const product = await startProduct({ files, options: BENCH_OPTIONS, command: COMMAND });
    processorTimes.push(readCpuMs(product.pid));
    const { nowMb, peakMb } = readMemory(product.pid);
    times.push(product.startedInMs);
    memory.push(nowMb);
    peaks.push(peakMb);
    await product.dispose();
  }
  rows.push([
    String(directives),
    median(times).toFixed(0),
    (median(times) / node).toFixed(1),
    median(processorTimes).toFixed(0),
    median(memory).toFixed(0),
    median(peaks).toFixed(0),
  ]);
}
console.log(`median of ${String(runs)}; node itself starts and ends in ${node.toFixed(0)} ms`);
console.log(formatTable(['directives', 'first 200 ms', '× node', 'CPU ms', 'MB', 'peak MB'], rows));

function timeNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}
