// How the rate of single posts and arrays depends on the number of connections, beside the bare server.

import { parseArgs } from 'node:util';
import { makeConfiguration } from './rig/directives.ts';
import { sendLoad } from './rig/load.ts';
import { describeMachine } from './rig/machine.ts';
import { readMemory } from './rig/process-figures.ts';
import { startBareServer, startForBench } from './rig/servers.ts';
import { formatRate, formatTable } from './rig/text-table.ts';

const CONNECTIONS = [1, 16, 256];
const SHAPES = [0, 100];

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' } } });
const seconds = Number(values.seconds);

console.log(describeMachine());
const bare = await startBareServer();
const product = await startForBench(makeConfiguration(1, 1000));
const rows: string[][] = [];
for (const arrayOf of SHAPES) {
  for (const port of [bare.port, product.port]) await sendLoad({ port, arrayOf, seconds: 1 });
  for (const connections of CONNECTIONS) {
    const load = { connections, arrayOf, seconds };
    const floor = await sendLoad({ ...load, port: bare.port });
    const ours = await sendLoad({ ...load, port: product.port });
    const [floorRate, ourRate] = [floor, ours].map((report) => report.accepted / report.seconds);
    rows.push([
      arrayOf === 0 ? 'single posts' : `arrays of ${String(arrayOf)}`,
      String(connections),
      formatRate(floorRate ?? NaN),
      formatRate(ourRate ?? NaN),
      ((ourRate ?? NaN) / (floorRate ?? NaN)).toFixed(2),
      String(ours.requests - (ours.statuses['200'] ?? 0)),
      readMemory(product.pid).nowMb.toFixed(0),
    ]);
  }
}
const head = ['requests', 'connections', 'bare ev/s', 'accepted ev/s', 'ratio', 'refused', 'MB'];
console.log(formatTable(head, rows));
await bare.stop();
await product.dispose();
