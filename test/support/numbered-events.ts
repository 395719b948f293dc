// Events of which each leaves one line on every backend that gets it, so that what a cluster loses can be counted.
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEvent } from '../model/model-input.ts';
import { createDirectiveText, createRuleText } from './directive-text.ts';
import { readEventLines } from './load-results.ts';
import { postEvents } from './load-sender.ts';

const DAY_SECONDS = 86_400;
const PACE_MS = 5;
const UNSENT_WAIT_MS = 20;

/** Files for these backends: each has a directive whose one backlog takes every event. */
export function numberedFiles(backends: readonly string[]): Readonly<Record<string, unknown>> {
  const files = backends.map((backend, index): [string, unknown] => [
    `directives_${backend}_numbered.json`,
    { directives: [takeAll(index + 1)] },
  ]);
  const assets = [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }];
  return { 'assets_numbered.json': { assets }, ...Object.fromEntries(files) };
}

function takeAll(id: number): Record<string, unknown> {
  const later = { plugin_sid: [1], occurrence: 10_000_000, timeout: DAY_SECONDS };
  return createDirectiveText({
    id,
    priority: 5,
    rules: [createRuleText(1, { reliability: 5 }), createRuleText(2, later)],
  });
}

/** What a stream of events was answered so far. */
export interface NumberedStream {
  /** Ids of events answered 200, in their order. */
  readonly answered: readonly string[];
  /** Requests by what became of them. */
  readonly outcomes: ReadonlyMap<number | string, number>;
  /** Resolves when the request under way is answered. */
  stop(): Promise<void>;
}

/** Sends without end, a new event each time: nothing that was refused is sent again. `arrayOf` 1: single posts. */
export function streamEvents(port: number, name: string, arrayOf = 1): NumberedStream {
  const answered: string[] = [];
  const outcomes = new Map<number | string, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const timestamp = new Date().toISOString();
  let number = 0;
  let isStopped = false;

  async function run(): Promise<void> {
    while (!isStopped) {
      const events = Array.from({ length: arrayOf }, () => {
        number += 1;
        return makeNumberedEvent(`${name}-${String(number)}`, timestamp);
      });
      const outcome = await postEvents(port, events, agent);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === 200) answered.push(...events.map(({ event_id }) => event_id));
      await delay(outcome === 'unsent' ? UNSENT_WAIT_MS : PACE_MS);
    }
    agent.destroy();
  }

  const ended = run();
  return {
    ...{ answered, outcomes },
    stop: () => {
      isStopped = true;
      return ended;
    },
  };
}

/** An event that the directives of `numberedFiles` take. */
export function makeNumberedEvent(event_id: string, timestamp: string): RawEvent {
  return {
    ...{ event_id, timestamp, title: 'an event', sensor: 'a sensor' },
    ...{ plugin_id: 1, plugin_sid: 1, src_ip: '10.0.0.1', dst_ip: '10.0.0.2' },
  };
}

/** Ids of the events that came to the backend of this log directory. */
export function readArrived(logDir: string): ReadonlySet<string> {
  return new Set(readEventLines(logDir).map(({ event_id }) => event_id));
}
