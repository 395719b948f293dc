// A process of its own that sends events over raw sockets, one open request a connection, and prints a load report.
// It must stay lighter than any server it measures, so requests are prebuilt and answers are only counted.

import { connect, type Socket } from 'node:net';
import { loadOrder, type LoadOrder, type LoadReport } from './rig/load-order.ts';
import { createRequestTemplate, type RequestTemplate } from './rig/request-template.ts';
import { createResponseScanner } from './rig/response-scanner.ts';

const RECEIVE_BYTES = 16_384;

interface Lane {
  readonly socket: Socket;
  readonly request: RequestTemplate;
  known: number;
}

const order = loadOrder.parse(JSON.parse(process.argv[2] ?? '{}'));
const tally = {
  next: order.first,
  open: 0,
  accepted: 0,
  known: 0,
  requests: 0,
  unsent: 0,
  broken: 0,
};
const statuses: Record<number, number> = {};
const last = order.events === null ? Infinity : order.first + order.events;
const idle: Lane[] = [];

const lanes = await Promise.all(Array.from({ length: order.connections }, () => openLane(order)));
const cpuBefore = process.cpuUsage();
const startedAt = Date.now();
const begin = performance.now();
const end = begin + order.seconds * 1000;
let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});
if (order.rate === null) for (const lane of lanes) sendNext(lane);
else offer(order.rate);
await finished;
report();

function openLane({ port, arrayOf, ...vary }: LoadOrder): Promise<Lane> {
  const request = createRequestTemplate(arrayOf, vary);
  const scanner = createResponseScanner();
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(RECEIVE_BYTES),
        callback: (length, buffer) => {
          const status = scanner.scan(buffer, length);
          if (status !== 0) settle(lane, status);
          return true;
        },
      },
    });
    const lane: Lane = { socket, request, known: 0 };
    socket.once('connect', () => {
      resolve(lane);
    });
    socket.once('error', reject);
    socket.on('close', () => {
      tally.broken += 1;
      tally.open -= 1;
      if (tally.open <= 0) finish();
    });
  });
}

function settle(lane: Lane, status: number): void {
  tally.open -= 1;
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status === 200) {
    tally.accepted += lane.request.eventsPerRequest;
    tally.known += lane.known;
  }
  if (order.rate === null) sendNext(lane);
  else idle.push(lane);
}

function sendNext(lane: Lane): void {
  if (tally.next >= last || performance.now() >= end) {
    if (tally.open === 0) finish();
    return;
  }
  send(lane);
}

function send(lane: Lane): void {
  lane.known = lane.request.number(tally.next);
  tally.next += lane.request.eventsPerRequest;
  tally.open += 1;
  tally.requests += 1;
  lane.socket.write(lane.request.bytes);
}

/** Sends at the rate on whichever connection is free; what finds none free is counted as unsent. */
function offer(rate: number): void {
  idle.push(...lanes);
  const step = (): void => {
    const now = Math.min(performance.now(), end);
    const due = Math.min(order.first + ((now - begin) / 1000) * rate, last);
    while (tally.next + tally.unsent < due) {
      const lane = idle.shift();
      if (lane === undefined) tally.unsent += Math.max(1, order.arrayOf);
      else send(lane);
    }
    if (now < end && tally.next + tally.unsent < last) setTimeout(step, 1);
    else waitForAnswers();
  };
  step();
}

function waitForAnswers(): void {
  if (tally.open === 0) finish();
  else setTimeout(waitForAnswers, 1);
}

function report(): void {
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const result: LoadReport = {
    startedAt,
    seconds,
    requests: tally.requests,
    accepted: tally.accepted,
    known: tally.known,
    sent: tally.next - order.first,
    unsent: tally.unsent,
    statuses,
    broken: tally.broken,
    cpuSeconds: (user + system) / 1e6,
  };
  console.log(JSON.stringify(result));
  process.exit(0);
}
