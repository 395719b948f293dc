// The one WebSocket of the page (docs/feed.md): connects, resumes, finds gaps, and comes back by itself.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { FeedMessage } from '../../server/feed/feed-message.ts';
import { parseAnswer } from '../api/json-answer.ts';
import { createGathering, type LiveBatch } from './feed-batch.ts';

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `since`: when it was lost, and so the newest data; `retryAt` null: an attempt is under way. Unix seconds. */
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number | null };

export interface SocketEvents {
  readonly message: (text: string) => void;
  readonly closed: () => void;
}

export interface FeedConnectionDeps {
  /** Opens the feed with this query; each event is told at most until the socket is closed. */
  readonly open: (query: string, events: SocketEvents) => { close: () => void };
  /** Unix seconds with fraction, by the server's clock. */
  readonly now: () => number;
  readonly setServerTime: (time: number) => void;
  /** Calls back after that long; returns what prevents it. */
  readonly wait: (ms: number, run: () => void) => () => void;
  /** Nothing is drawn while this is true. */
  readonly isHidden: () => boolean;
  readonly draw: (batch: LiveBatch) => void;
  /** Told when a connection ends or cannot be made. */
  readonly onLost: () => void;
}

export interface FeedConnection {
  readonly connection: ReadonlySignal<Connection>;
  /** Connects, or tries again at once. */
  readonly connect: () => void;
  /** Draws what was gathered while the page was hidden. */
  readonly catchUp: () => void;
}

/** At most four drawings a second. */
const DRAW_MS = 250;
/** The server tells something every 15 s. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** A connection to the feed that is not open yet. */
export function createFeedConnection(deps: FeedConnectionDeps): FeedConnection {
  const { open, now, wait, isHidden } = deps;
  const connection = signal<Connection>({ kind: 'connecting' });
  const gathering = createGathering();
  let epoch = '';
  let last = 0;
  /** Whether a snapshot was told before, so that another one means a gap. */
  let known = false;
  let failures = 0;
  let drawing = false;
  let socket: { close: () => void } | null = null;
  let stopRetry: () => void = () => undefined;
  let stopSilence: () => void = () => undefined;

  function connect(): void {
    stopRetry();
    socket?.close();
    const { value } = connection;
    if (value.kind === 'lost') connection.value = { ...value, retryAt: null };
    const opened: { close: () => void } = open(
      epoch === '' ? '' : `since=${String(last)}&epoch=${encodeURIComponent(epoch)}`,
      {
        message: (text) => {
          if (socket === opened) hear(parseAnswer<FeedMessage>(text));
        },
        closed: () => {
          if (socket === opened) lose();
        },
      },
    );
    socket = opened;
    watchSilence();
  }

  function lose(): void {
    stopSilence();
    const closed = socket;
    socket = null;
    closed?.close();
    const { value } = connection;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    failures += 1;
    const since = value.kind === 'lost' ? value.since : now();
    connection.value = { kind: 'lost', since, retryAt: now() + waitMs / 1000 };
    stopRetry = wait(waitMs, connect);
    deps.onLost();
  }

  function watchSilence(): void {
    stopSilence();
    stopSilence = wait(SILENCE_MS, lose);
  }

  function hear(message: FeedMessage): void {
    watchSilence();
    switch (message.kind) {
      case 'hello':
        deps.setServerTime(message.time);
        failures = 0;
        connection.value = { kind: 'live' };
        epoch = message.feed_epoch;
        return;
      case 'snapshot':
        if (known) gathering.beginAnew(message.alarms);
        else gathering.begin(message.alarms, message.to);
        known = true;
        last = message.to;
        break;
      case 'updates':
        if (message.from !== last + 1) {
          connect();
          return;
        }
        for (const update of message.updates) gathering.add(update);
        last = message.to;
        break;
      default:
        return;
    }
    schedule();
  }

  function schedule(): void {
    if (drawing || !drawNow()) return;
    drawing = true;
    wait(DRAW_MS, () => {
      drawing = false;
      schedule();
    });
  }

  /** Whether there was something to draw. */
  function drawNow(): boolean {
    if (isHidden()) return false;
    const batch = gathering.take();
    if (batch !== undefined) deps.draw(batch);
    return batch !== undefined;
  }

  return { connection, connect, catchUp: schedule };
}
