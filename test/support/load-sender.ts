// Senders as an operator's shippers are: one request after the other on a connection that is kept, and what a stopping or
// full server refuses is sent again. Only what was answered 200 is accepted; what got no answer may have been.

import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEvent } from '../model/model-input.ts';

const RETRY_MS = 10;

/** What became of a request: its status, or that it never left, or that nobody knows. */
export type PostOutcome = number | 'unsent' | 'unanswered';

/** What a sender knows at its end. */
export interface SentEvents {
  /** Events of requests that were answered 200, in their order, and of those with no answer, among them. */
  readonly sent: readonly RawEvent[];
  readonly answered: ReadonlySet<string>;
  readonly unanswered: ReadonlySet<string>;
  /** Requests by status, refusals and repetitions too. */
  readonly statuses: Readonly<Record<number, number>>;
}

export interface SenderOrder {
  readonly port: number;
  /** The next request: one event by itself, several in an array. Undefined ends it. */
  readonly next: () => readonly RawEvent[] | undefined;
  /** Wait between two requests in milliseconds. Default: none. */
  readonly paceMs?: number;
  /** Ends it after the request under way. */
  readonly signal?: AbortSignal;
}

/** Sends until it is told to end; rejects on an answer that is neither 200 nor 503. */
export async function sendEvents({ port, next, paceMs, signal }: SenderOrder): Promise<SentEvents> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sent: RawEvent[] = [];
  const answered = new Set<string>();
  const unanswered = new Set<string>();
  const statuses: Record<number, number> = {};
  try {
    for (let events = next(); events !== undefined && signal?.aborted !== true; events = next()) {
      const outcome = await postUntilTaken({ port, agent, events, statuses, signal });
      if (outcome === 'given up') break;
      for (const event of events) {
        sent.push(event);
        (outcome === 'unanswered' ? unanswered : answered).add(event.event_id);
      }
      if (paceMs !== undefined) await delay(paceMs);
    }
  } finally {
    agent.destroy();
  }
  return { sent, answered, unanswered, statuses };
}

/** Posts one event by itself, several as an array; never rejects. */
export function postEvents(
  port: number,
  events: readonly RawEvent[],
  agent?: Agent,
): Promise<PostOutcome> {
  const [only] = events;
  const body = JSON.stringify(events.length === 1 ? only : events);
  return new Promise((resolve) => {
    const headers = { 'content-length': Buffer.byteLength(body) };
    const options = { port, host: '127.0.0.1', path: '/events', method: 'POST', headers };
    const post = request({ ...options, ...(agent !== undefined && { agent }) }, (response) => {
      response.resume();
      response.on('close', () => {
        resolve(response.statusCode ?? 'unanswered');
      });
    });
    post.on('error', (error) => {
      const isUnsent = 'code' in error && error.code === 'ECONNREFUSED';
      resolve(isUnsent ? 'unsent' : 'unanswered');
    });
    post.end(body);
  });
}

async function postUntilTaken(order: {
  readonly port: number;
  readonly agent: Agent;
  readonly events: readonly RawEvent[];
  readonly statuses: Record<number, number>;
  readonly signal: AbortSignal | undefined;
}): Promise<200 | 'unanswered' | 'given up'> {
  const { port, agent, events, statuses, signal } = order;
  for (;;) {
    const outcome = await postEvents(port, events, agent);
    if (typeof outcome === 'number') statuses[outcome] = (statuses[outcome] ?? 0) + 1;
    if (outcome === 200 || outcome === 'unanswered') return outcome;
    if (outcome !== 503 && outcome !== 'unsent') throw new Error(`answered ${String(outcome)}`);
    if (signal?.aborted === true) return 'given up';
    await delay(RETRY_MS);
  }
}
