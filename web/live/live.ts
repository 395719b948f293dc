// The feed of this page, wired to the browser: who draws subscribes here.
import type { ReadonlySignal } from '@preact/signals';
import { refreshSession } from '../api/session.ts';
import { serverNow, setServerTime } from '../format/clock.ts';
import type { LiveBatch } from './feed-batch.ts';
import { createFeedConnection, type Connection } from './feed-connection.ts';
import { openFeedSocket } from './feed-socket.ts';

/** A connection that is lost. */
export type LostConnection = Extract<Connection, { kind: 'lost' }>;

const listeners = new Set<(batch: LiveBatch) => void>();

const feed = createFeedConnection({
  open: openFeedSocket,
  now: serverNow,
  setServerTime,
  wait: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
  isHidden: () => document.hidden,
  draw: (batch) => {
    for (const listener of listeners) listener(batch);
  },
  // A socket does not say why it was refused: a request does.
  onLost: () => {
    void refreshSession();
  },
});

/** How it stands with live updates. */
export const connection: ReadonlySignal<Connection> = feed.connection;

/** Connects again at once. */
export const tryNow = feed.connect;

/** Calls `listener` with what happened, at most four times a second and only while the page is seen; returns what ends it. */
export function subscribeLive(listener: (batch: LiveBatch) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Connects; once for a page. */
export function startLive(): void {
  document.addEventListener('visibilitychange', feed.catchUp);
  addEventListener('online', () => {
    if (connection.peek().kind === 'lost') tryNow();
  });
  tryNow();
}
