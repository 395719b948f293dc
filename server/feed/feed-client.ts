import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { FeedSelector } from './feed-selection.ts';
import type { FeedQuery } from './feed-query.ts';

/** A connection of the live feed; its state is changed in place by the delivery. */
export interface FeedClient {
  readonly webSocket: WebSocket;
  /** What lies under the WebSocket: frames that are the same for many clients are written to it directly. */
  readonly socket: Duplex;
  readonly selector: FeedSelector;
  readonly resume: FeedQuery['resume'];
  /** Whether it takes compressed frames. */
  readonly deflates: boolean;
  /** Whether it has had its snapshot, or what it missed. */
  isJoined: boolean;
  /** The last turn that was looked through for it. */
  seen: number;
  /** The last sequence that it was told of. */
  position: number;
  sentMs: number;
  /** Since when it has had too much to read. */
  behindSinceMs: number | undefined;
  /** Whether it still has to read something large that was made for it alone. */
  hasOwnFrame: boolean;
  /** Whether it has answered the last ping. */
  isAlive: boolean;
}

/** Whether frames can be written to it. */
export function isOpen({ webSocket, socket }: FeedClient): boolean {
  return webSocket.readyState === WebSocket.OPEN && socket.writable;
}

/** What was written and is not yet on its way, in bytes. */
export function unreadBytes({ socket }: FeedClient): number {
  return socket.writableLength;
}
