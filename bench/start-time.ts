// From the start of the process to its first 200, and its memory then, with few and with very many directives.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { makeConfiguration } from './rig/directives.ts';
import { describeMachine } from './rig/machine.ts';
import { readMemory } from './rig/process-figures.ts';
import { median } from './rig/quantiles.ts';
import { startForBench } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

const OCCURRENCE = 1000;
const SIZES = [1, 23_500];

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);

console.log(describeMachine());
const node = median(Array.from({ length: runs }, timeNode));
const rows: string[][] = [];
for (const directives of SIZES) {
  const files = makeConfiguration(directives, OCCURRENCE);
  const times: number[] = [];
  const memory: number[] = [];
  const peaks: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const product = await startForBench(files);
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
    median(memory).toFixed(0),
    median(peaks).toFixed(0),
  ]);
}
console.log(`median of ${String(runs)}; node itself starts and ends in ${node.toFixed(0)} ms`);
console.log(formatTable(['directives', 'first 200 ms', '× node', 'MB', 'peak MB'], rows));

function timeNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}
