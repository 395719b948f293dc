// The store's own thread: its library blocks it, and may stall with the disk. It ends by itself when it is asked to close.
import { parentPort, workerData } from 'node:worker_threads';
import type { DatabaseOptions, StoreReport, StoreRequest } from './store-request.ts';
import { StoreThread } from './store-thread.ts';

const port = parentPort;
if (port === null) throw new Error('this is the store’s own thread');
const options: unknown = workerData;
if (!isOptions(options)) throw new TypeError('the thread was not told where the store is');
const thread = new StoreThread(options, (report: StoreReport) => {
  port.postMessage(report);
  if (report.type === 'closed') port.close();
});
port.on('message', (request: StoreRequest) => {
  thread.take(request);
});

/** They come from the thread that starts this one. */
function isOptions(value: unknown): value is DatabaseOptions {
  return typeof value === 'object' && value !== null && 'folder' in value;
}
