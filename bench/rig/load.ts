import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadReport, type LoadOrder, type LoadReport } from './load-order.ts';

/** The event time of everything that this process has sent. */
const TIMESTAMP = new Date().toISOString();

const run = promisify(execFile);
const generator = join(import.meta.dirname, '..', 'load-generator.ts');

/** Sends the load from a process of its own and gives its report; what the order leaves out is one event from each of 64 connections for 3 s. */
export async function sendLoad(order: Partial<LoadOrder> & { port: number }): Promise<LoadReport> {
  const whole: LoadOrder = {
    connections: 64,
    arrayOf: 0,
    directives: 1,
    attackers: 1,
    oneIn: 1,
    timestamp: TIMESTAMP,
    first: 0,
    events: null,
    seconds: 3,
    rate: null,
    ...order,
  };
  const { stdout } = await run(process.execPath, [
    '--import=tsx',
    generator,
    JSON.stringify(whole),
  ]);
  return loadReport.parse(JSON.parse(stdout));
}
