// WebSocket /alarms/ (docs/feed.md): what happens to alarms and backlogs, to everybody who watches.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type Logger from 'bunyan';
import { WebSocketServer, type WebSocket } from 'ws';
import type { EnginePort } from '../../actors/engine-port.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { chooseSubprotocol } from '../access/bearer-token.ts';
import type { Clock } from '../clock.ts';
import type { WebSocketEndpoint } from '../upgrades.ts';
import { isOpen, type FeedClient } from './feed-client.ts';
import { FeedDelivery } from './feed-delivery.ts';
import { FeedJournal } from './feed-journal.ts';
import { DEFAULT_FEED_LIMITS, type FeedLimits } from './feed-limits.ts';
import type { FeedNotice } from './feed-message.ts';
import { parseFeedQuery, type FeedQuery } from './feed-query.ts';
import { createSelector, type FeedSelector } from './feed-selection.ts';

export interface LiveFeedDeps {
  readonly engine: Pick<EnginePort, 'subscribe'>;
  /** What was there before the start. */
  readonly store: Pick<AlarmStore, 'snapshot'>;
  /** Drawn at every start; another one tells clients that sequences count anew. */
  readonly epoch: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<FeedLimits>;
}

/** The endpoint of the live feed. */
export interface LiveFeed extends WebSocketEndpoint {
  /** Tells everybody who wants notices. */
  notify(notice: FeedNotice): void;
  /** The number of clients. */
  readonly clients: number;
  /** Sends what is left, says goodbye to every client and takes no more. */
  close(): void;
}

const GOING_AWAY = 1001;
const BAD_QUERY = 1008;
const TOO_SLOW = 1013;
/** What a close frame holds. */
const LONGEST_REASON = 120;
const LARGEST_MESSAGE_BYTES = 1024;
/** A client that is told to go and does not is cut off. */
const GOODBYE_MS = 2000;

/** Follows the engine from now on and takes connections. */
export function createLiveFeed(deps: LiveFeedDeps): LiveFeed {
  const { engine, clock, log, epoch } = deps;
  const limits = { ...DEFAULT_FEED_LIMITS, ...deps.limits };
  const journal = new FeedJournal(limits);
  const clients = new Set<FeedClient>();
  const selectors = createSelectors();
  const server = createWebSocketServer();
  const delivery = new FeedDelivery({
    ...{ journal, limits, epoch },
    wallMs: () => clock.wallMs(),
    dropSlow: (client) => {
      log.warn({ unread: client.socket.writableLength }, 'a feed client reads too slowly');
      dismiss(client.webSocket, TOO_SLOW, 'too slow: what was sent is not being read');
      clients.delete(client);
    },
  });
  let isFilled = false;
  let pingDueMs = clock.monotonicMs() + limits.pingMs;

  const unsubscribe = engine.subscribe((changes) => {
    journal.record(changes);
  });
  let isClosed = false;
  void fillFrom(deps, limits, journal)
    .catch((err: unknown) => {
      // a start that fails closes the store before it has told anything
      if (!isClosed) deps.log.error({ err }, 'the live feed begins without the alarms of before');
    })
    .finally(() => {
      isFilled = true;
    });
  const timer = setInterval(turn, limits.periodMs).unref();

  function turn(): void {
    const nowMs = clock.monotonicMs();
    journal.endTurn(nowMs);
    if (isFilled) delivery.deliver(clients, nowMs);
    if (nowMs < pingDueMs) return;
    pingDueMs = nowMs + limits.pingMs;
    for (const client of clients) pingOrEnd(client);
  }

  function welcome(webSocket: WebSocket, socket: Duplex, query: FeedQuery): void {
    const client: FeedClient = {
      ...{ webSocket, socket, resume: query.resume },
      selector: selectors.share(query.filter),
      deflates: webSocket.extensions.includes('permessage-deflate'),
      ...{ isJoined: false, seen: 0, position: 0, sentMs: 0, behindSinceMs: undefined },
      ...{ hasOwnFrame: false, isAlive: true },
    };
    clients.add(client);
    webSocket.on('pong', () => {
      client.isAlive = true;
    });
    webSocket.on('error', (error) => {
      log.trace({ err: error }, 'feed client failed');
    });
    webSocket.on('close', () => {
      clients.delete(client);
      selectors.release(client.selector);
    });
    if (isFilled) delivery.join(client, clock.monotonicMs());
  }

  return {
    get clients() {
      return clients.size;
    },
    isFull: () => clients.size >= limits.clients,
    accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const query = parseFeedQuery(request.url ?? '');
      server.handleUpgrade(request, socket, head, (webSocket) => {
        if (typeof query !== 'string') welcome(webSocket, socket, query);
        else dismiss(webSocket, BAD_QUERY, query.slice(0, LONGEST_REASON));
      });
    },
    notify: (notice) => {
      journal.notify({ ...notice, at: Math.floor(clock.wallMs() / 1000) });
    },
    close: () => {
      isClosed = true;
      unsubscribe();
      clearInterval(timer);
      delivery.flush();
      journal.endTurn(Number.POSITIVE_INFINITY);
      delivery.deliver(clients, clock.monotonicMs());
      delivery.flush();
      server.close();
      for (const { webSocket } of clients) {
        dismiss(webSocket, GOING_AWAY, 'the server is stopping');
      }
    },
  };
}

function createWebSocketServer(): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_MESSAGE_BYTES,
    handleProtocols: chooseSubprotocol,
    // a frame is compressed by itself, so that one fits all
    perMessageDeflate: {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 15,
    },
  });
}

async function fillFrom(
  { store }: LiveFeedDeps,
  limits: FeedLimits,
  journal: FeedJournal,
): Promise<void> {
  journal.fill((await store.snapshot(limits.alarms)).alarms);
}

/** Closes with a reason, and cuts off who does not answer. */
function dismiss(webSocket: WebSocket, code: number, reason: string): void {
  webSocket.close(code, reason);
  const timer = setTimeout(() => {
    webSocket.terminate();
  }, GOODBYE_MS);
  timer.unref();
  webSocket.once('close', () => {
    clearTimeout(timer);
  });
}

function pingOrEnd(client: FeedClient): void {
  if (!isOpen(client)) return;
  if (client.isAlive) client.webSocket.ping();
  else client.webSocket.terminate();
  client.isAlive = false;
}

/** Compiled filters, one for all clients that want the same. */
function createSelectors(): {
  share(filter: FeedQuery['filter']): FeedSelector;
  release(selector: FeedSelector): void;
} {
  const shared = new Map<string, { readonly selector: FeedSelector; uses: number }>();
  return {
    share: (filter) => {
      const selector = createSelector(filter);
      const known = shared.get(selector.key) ?? { selector, uses: 0 };
      known.uses += 1;
      shared.set(selector.key, known);
      return known.selector;
    },
    release: ({ key }) => {
      const known = shared.get(key);
      if (known === undefined) return;
      known.uses -= 1;
      if (known.uses === 0) shared.delete(key);
    },
  };
}
