import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { after } from 'node:test';
import { createLogger } from 'bunyan';
import { WebSocket } from 'ws';
import type { EnginePort, SequencedChange } from '../../actors/engine-port.ts';
import type { EngineChange } from '../../core/alarm/alarm-state.ts';
import type { FeedLimits } from '../../server/feed/feed-limits.ts';
import { feedMessage, type FeedMessage } from '../../server/feed/feed-message.ts';
import { createLiveFeed, type LiveFeed } from '../../server/feed/live-feed.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import { waitUntil } from './wait-until.ts';

/** An engine that only tells of changes, as a test says. */
export interface ChangeSource extends Pick<EnginePort, 'subscribe'> {
  /** Tells of them together, with the next sequences. */
  tell(...changes: readonly EngineChange[]): void;
  readonly sequence: number;
}

/** A source whose sequences count from 1. */
export function createChangeSource(): ChangeSource {
  const listeners = new Set<(changes: readonly SequencedChange[]) => void>();
  let sequence = 0;
  return {
    get sequence() {
      return sequence;
    },
    tell: (...changes) => {
      const placed = changes.map((change) => {
        sequence += 1;
        return { sequence, change };
      });
      for (const listener of listeners) listener(placed);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A live feed on a real server. */
export interface FeedBed {
  readonly feed: LiveFeed;
  readonly source: ChangeSource;
  readonly port: number;
  readonly url: string;
  /** Moves the feed's clock. */
  advance(ms: number): void;
  /** Cuts every connection without a word. */
  drop(): void;
}

const endings: (() => void)[] = [];

after(() => {
  for (const end of endings) end();
});

/** The period of a feed under test, unless the test says another. */
const PERIOD_MS = 20;
const EPOCH = 'epoch-1';

/** Starts a feed that ends with the tests of the file that asked for it. */
export async function startFeed(limits: Partial<FeedLimits> = {}): Promise<FeedBed> {
  const source = createChangeSource();
  const log = createLogger({ name: 'test', level: 61 });
  let aheadMs = 0;
  const feed = createLiveFeed({
    engine: source,
    store: createMemoryAlarmStore(),
    epoch: EPOCH,
    clock: {
      wallMs: () => 1_795_528_661_305.25 + aheadMs,
      monotonicMs: () => performance.now() + aheadMs,
    },
    log,
    limits: { periodMs: PERIOD_MS, ...limits },
  });
  const server = createServer();
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    sockets.add(socket);
    if (feed.isFull()) socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    else feed.accept(request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  endings.push(() => {
    feed.close();
    server.close();
    server.closeAllConnections();
  });
  const advance = (ms: number): void => {
    aheadMs += ms;
  };
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return { feed, source, port, url: `ws://127.0.0.1:${String(port)}/alarms/`, advance, drop };
}

/** A client of a feed and all that it got. */
export interface FeedReader {
  readonly webSocket: WebSocket;
  readonly messages: readonly FeedMessage[];
  /** Code and reason once it is closed. */
  readonly closed: () => readonly [code: number, reason: string] | undefined;
}

/** Connects with a real client library; rejects when it is refused. */
export async function readFeed(
  url: string,
  options = { perMessageDeflate: true },
): Promise<FeedReader> {
  const webSocket = new WebSocket(url, options);
  const messages: FeedMessage[] = [];
  let closed: readonly [number, string] | undefined;
  webSocket.on('message', (data: Buffer) => {
    messages.push(feedMessage.parse(JSON.parse(data.toString())));
  });
  webSocket.on('close', (code, reason) => {
    closed = [code, reason.toString()];
  });
  endings.push(() => {
    webSocket.terminate();
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  return { webSocket, messages, closed: () => closed };
}

/** Waits for as many messages, and gives the last of them. */
export async function nextMessage(reader: FeedReader, count: number): Promise<FeedMessage> {
  await waitUntil(() => reader.messages.length >= count, `message ${String(count)}`);
  const message = reader.messages[count - 1];
  if (message === undefined) throw new Error('no message');
  return message;
}
