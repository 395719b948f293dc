// Event streams of examples/ as an engine bed takes them: at their own distances, from START on.
import { readFileSync } from 'node:fs';

import { START, type EventFields } from './correlation-bed.ts';

/** The events of an NDJSON file, the first of them at START. */
export function readStream(path: string): EventFields[] {
  const events = readFileSync(path, 'utf8').trimEnd().split('\n').map(parseLine);
  const first = timeOf(events[0]);
  return events.map((event) => {
    const seconds = (timeOf(event) - first) / 1000;
    const timestamp = new Date((START + seconds) * 1000).toISOString();
    return { ...event, timestamp, at: Math.floor(seconds) };
  });
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  const event: unknown = JSON.parse(line);
  if (typeof event !== 'object' || event === null) throw new Error(`no event: ${line}`);
  return { ...event };
}

function timeOf(event: Readonly<Record<string, unknown>> | undefined): number {
  return Date.parse(String(event?.['timestamp']));
}
