// WebSocket /eps/ (SPEC §11): {"eps": n} every 250 ms to each client, as Dsiem's page reads it.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type Logger from 'bunyan';
import { WebSocket, WebSocketServer } from 'ws';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { Clock } from './clock.ts';
import type { ServerLimits } from './server-limits.ts';

export interface EpsStreamDeps {
  readonly ledger: Pick<Ledger, 'accepted'>;
  readonly clock: Clock;
  readonly limits: Pick<ServerLimits, 'epsClients'>;
  readonly log: Logger;
}

export interface EpsStream {
  /** Whether no further client fits. */
  isFull(): boolean;
  /** Takes a WebSocket handshake over from the http server. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Says goodbye to every client and takes no more. */
  close(): void;
}

interface Sample {
  readonly atMs: number;
  readonly accepted: number;
}

const PERIOD_MS = 250;
/** The rate is that of the last second. */
const SAMPLES = 5;
const PING_PERIODS = 120;
/** A client that has not read this much is ended: about half an hour of figures. */
const LARGEST_BACKLOG_BYTES = 64 * 1024;
const GOING_AWAY = 1001;

/** The stream of the rate of accepted events; its timer runs only while there are clients. */
export function createEpsStream(deps: EpsStreamDeps): EpsStream {
  const { ledger, clock, limits, log } = deps;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: 1024,
    perMessageDeflate: false,
  });
  /** Clients, and whether each has answered the last ping. */
  const clients = new Map<WebSocket, boolean>();
  let samples: Sample[] = [];
  let periods = 0;
  let timer: NodeJS.Timeout | undefined;

  function takeSample(): void {
    samples.push({ atMs: clock.monotonicMs(), accepted: ledger.accepted });
    if (samples.length > SAMPLES) samples.shift();
  }

  function broadcast(): void {
    takeSample();
    periods += 1;
    const text = JSON.stringify({ eps: rateOf(samples) });
    for (const client of clients.keys()) {
      if (client.bufferedAmount > LARGEST_BACKLOG_BYTES) client.terminate();
      else if (client.readyState === WebSocket.OPEN) client.send(text);
    }
    if (periods % PING_PERIODS === 0) pingAll();
  }

  function pingAll(): void {
    for (const [client, isAlive] of clients) {
      if (isAlive) client.ping();
      else client.terminate();
      clients.set(client, false);
    }
  }

  function add(client: WebSocket): void {
    clients.set(client, true);
    client.on('pong', () => {
      if (clients.has(client)) clients.set(client, true);
    });
    client.on('error', (error) => {
      log.trace({ err: error }, 'rate stream client failed');
    });
    client.on('close', () => {
      remove(client);
    });
    if (timer !== undefined) return;
    samples = [];
    takeSample();
    timer = setInterval(broadcast, PERIOD_MS).unref();
  }

  function remove(client: WebSocket): void {
    clients.delete(client);
    if (clients.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    isFull: () => clients.size >= limits.epsClients,
    accept: (request, socket, head) => {
      server.handleUpgrade(request, socket, head, add);
    },
    close: () => {
      server.close();
      for (const client of clients.keys()) client.close(GOING_AWAY, 'the server is stopping');
    },
  };
}

function rateOf(samples: readonly Sample[]): number {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
  const rate = ((last.accepted - first.accepted) * 1000) / (last.atMs - first.atMs);
  return Math.round(rate * 100) / 100;
}
