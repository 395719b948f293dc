// A process of its own with many clients of the live feed. It prints `ready` once all are connected, reads until standard
// input ends, in which it is told the truth, and prints a feed report.
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { feedOrder, type FeedReport } from './rig/feed-order.ts';
import { FrameLibrary, openFeedReading, type FeedReading } from './rig/feed-reader.ts';

const CONNECTED_AT_ONCE = 50;

const order = feedOrder.parse(JSON.parse(process.argv[2] ?? '{}'));
const library = new FrameLibrary();
const readings: FeedReading[] = [];
while (readings.length < order.clients) {
  const count = Math.min(CONNECTED_AT_ONCE, order.clients - readings.length);
  const some = Array.from({ length: count }, () => openFeedReading(order.port, library));
  readings.push(...(await Promise.all(some)));
}
for (let stuck = 0; stuck < order.stuck; stuck += 1) {
  await openFeedReading(order.port, library, false);
}
console.log('ready');
const truth = new Map(
  Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(await text(process.stdin)))),
);
console.log(JSON.stringify(report()));
process.exit(0);

function report(): FeedReport {
  const judged = new Map<string, string>();
  let wrong = 0;
  let example = '';
  for (const { frames } of readings) {
    const key = frames.join();
    const fault = judged.get(key) ?? findFault(frames);
    judged.set(key, fault);
    if (fault !== '') wrong += 1;
    example ||= fault;
  }
  const sum = (read: (reading: FeedReading) => number): number =>
    readings.reduce((total, reading) => total + read(reading), 0);
  return {
    clients: readings.length,
    wrong,
    closed: readings.filter(({ isClosed }) => isClosed).length,
    gaps: sum(({ gaps }) => gaps),
    messages: sum(({ frames }) => frames.length),
    snapshots: sum(
      ({ frames }) => frames.filter((number) => library.frames[number]?.kind === 'snapshot').length,
    ),
    megabytes: sum(({ bytes }) => bytes) / 1e6,
    distinct: library.frames.length,
    example,
  };
}

/** What a client who got these frames has wrong; empty for nothing. */
function findFault(frames: readonly number[]): string {
  const states = new Map<string, string>();
  for (const number of frames) {
    for (const [id, state] of library.frames[number]?.alarms ?? []) states.set(id, state);
  }
  for (const [id, state] of truth) {
    const known = states.get(id);
    if (known !== state) return `alarm ${id} is ${state}, known as ${known ?? 'nothing'}`;
  }
  return '';
}
