// Sends single events at a fixed rate and takes the time of each answer and each record, in one busy loop.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RecordTail } from './record-tail.ts';
import { createRequestTemplate, type RequestTemplate } from './request-template.ts';
import { createResponseScanner } from './response-scanner.ts';

const CONNECTIONS = 16;
const RECEIVE_BYTES = 4096;
const DRAIN_LIMIT_MS = 10_000;
const LATE_MS = 1;
const VARY = { directives: 1, attackers: 1, oneIn: 1, timestamp: new Date().toISOString() };

export interface PacedOrder {
  readonly port: number;
  /** Events per second, and how many in all. */
  readonly rate: number;
  readonly events: number;
  /** Null when only the answers are timed. */
  readonly tail: RecordTail | null;
}

/** Milliseconds from the sending of each event that was answered 200 or recorded; `turns` are those of the busy loop, its resolution. */
export interface PacedReport {
  readonly answers: Float64Array;
  readonly records: Float64Array;
  readonly turns: Float64Array;
  /** Events sent more than a millisecond after they were due, because the client or its connections were busy. */
  readonly delayed: number;
  readonly unrecorded: number;
}

interface Lane {
  readonly socket: Socket;
  readonly request: RequestTemplate;
  event: number;
}

interface Clock {
  readonly sentAt: Float64Array;
  readonly answers: Float64Array;
  readonly records: Float64Array;
  answered: number;
  recorded: number;
}

/** Runs the order; rejects when an answer is not 200. */
export async function runPaced(order: PacedOrder): Promise<PacedReport> {
  const clock: Clock = {
    sentAt: new Float64Array(order.events),
    answers: new Float64Array(order.events),
    records: new Float64Array(order.events),
    answered: 0,
    recorded: 0,
  };
  const idle: Lane[] = [];
  for (let count = 0; count < CONNECTIONS; count += 1) {
    idle.push(await openLane(order.port, clock, idle));
  }
  const { turns, delayed } = await loop(order, clock, idle);
  for (const { socket } of idle) socket.destroy();
  return {
    answers: clock.answers.subarray(0, clock.answered),
    records: clock.records.subarray(0, clock.recorded),
    turns,
    delayed,
    unrecorded: order.tail === null ? 0 : order.events - clock.recorded,
  };
}

async function openLane(port: number, clock: Clock, idle: Lane[]): Promise<Lane> {
  const scanner = createResponseScanner();
  const settle = (status: number): void => {
    if (status !== 200) throw new Error(`answered ${String(status)}`);
    clock.answers[clock.answered] = performance.now() - (clock.sentAt[lane.event] ?? NaN);
    clock.answered += 1;
    idle.push(lane);
  };
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(RECEIVE_BYTES),
      callback: (length, buffer) => {
        const status = scanner.scan(buffer, length);
        if (status !== 0) settle(status);
        return true;
      },
    },
  });
  const lane: Lane = { socket, request: createRequestTemplate(0, VARY), event: 0 };
  await once(socket, 'connect');
  return lane;
}

/** Each turn sends what is due, reads what is recorded, and lets the sockets run. */
function loop(
  { rate, events, tail }: PacedOrder,
  clock: Clock,
  idle: Lane[],
): Promise<{ turns: Float64Array; delayed: number }> {
  const turns: number[] = [];
  const begin = performance.now();
  const end = begin + (events / rate) * 1000 + DRAIN_LIMIT_MS;
  let next = 0;
  let delayed = 0;
  let before = begin;
  const see = (event: number): void => {
    clock.records[clock.recorded] = performance.now() - (clock.sentAt[event] ?? NaN);
    clock.recorded += 1;
  };
  return new Promise((resolve) => {
    const turn = (): void => {
      const now = performance.now();
      turns.push(now - before);
      before = now;
      const due = Math.min(events, ((now - begin) / 1000) * rate);
      for (; next < due; next += 1) {
        const lane = idle.pop();
        if (lane === undefined) break;
        if (now - begin - (next / rate) * 1000 > LATE_MS) delayed += 1;
        sendEvent(lane, next, clock);
      }
      tail?.poll(see);
      const isDone = clock.answered === events && (tail === null || clock.recorded === events);
      if (isDone || now > end) resolve({ turns: Float64Array.from(turns), delayed });
      else setImmediate(turn);
    };
    turn();
  });
}

function sendEvent(lane: Lane, event: number, clock: Clock): void {
  lane.event = event;
  lane.request.number(event);
  clock.sentAt[event] = performance.now();
  lane.socket.write(lane.request.bytes);
}
