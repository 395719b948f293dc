// From the sending of a POST to the record that can be read in siem_alarm_events.json, at a fixed rate of single events.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeConfiguration } from './rig/directives.ts';
import { describeMachine } from './rig/machine.ts';
import { runPaced, type PacedReport } from './rig/paced-client.ts';
import { quantile } from './rig/quantiles.ts';
import { createRecordTail } from './rig/record-tail.ts';
import { startBareServer, startForBench } from './rig/servers.ts';
import { formatTable } from './rig/text-table.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '10' },
  },
});
const rate = Number(values.rate);
const events = rate * Number(values.seconds);

console.log(describeMachine());
const bare = await measureBare();
const product = await measureProduct();
const rows = [
  formatRow('bare server: answer', bare.answers),
  formatRow('product: answer', product.answers),
  formatRow('product: readable record', product.records),
  formatRow('resolution (turn of the client)', product.turns),
];
console.log(`${String(rate)} events/s, ${String(events)} events, milliseconds`);
console.log(formatTable(['from POST to', 'p50', 'p99', 'p99.9', 'max'], rows));
const ratio = quantile(product.records, 0.99) / quantile(bare.answers, 0.99);
console.log(`record p99 is ${ratio.toFixed(2)} × the bare server's answer p99`);
console.log(`sent over 1 ms late: ${String(product.delayed)} events`);
console.log(`not recorded: ${String(product.unrecorded)}`);
if (product.unrecorded !== 0) process.exitCode = 1;

async function measureBare(): Promise<PacedReport> {
  const server = await startBareServer();
  await runPaced({ port: server.port, rate, events: rate, tail: null });
  const report = await runPaced({ port: server.port, rate, events, tail: null });
  await server.stop();
  return report;
}

async function measureProduct(): Promise<PacedReport> {
  const server = await startForBench(makeConfiguration(1, 1000));
  const tail = createRecordTail(join(server.logDir, 'siem_alarm_events.json'));
  await runPaced({ port: server.port, rate, events: rate, tail });
  const report = await runPaced({ port: server.port, rate, events, tail });
  tail.close();
  await server.dispose();
  return report;
}

function formatRow(name: string, samples: Float64Array): string[] {
  return [name, ...[0.5, 0.99, 0.999, 1].map((q) => quantile(samples, q).toFixed(3))];
}
