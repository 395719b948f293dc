// Who has logged in with a browser. Sessions live in memory only: a restart ends them all.
import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessToken } from '../../core/access/role.ts';
import { isCurrent, type TokenSource } from './token-source.ts';

/** How long sessions last, and how many there can be. */
export interface SessionLimits {
  /** Without a request, and without an open WebSocket. */
  readonly idleMs: number;
  readonly longestMs: number;
  /** Above it the one that was not used for the longest time ends. */
  readonly most: number;
}

/** A session as it is found. */
export interface FoundSession {
  /** It counts as this token everywhere. */
  readonly token: AccessToken;
  /** Milliseconds until it ends at the latest. */
  readonly leftMs: number;
}

export interface Sessions {
  /** Begins one and gives its secret, which only the browser keeps: 256 random bits as text. */
  open(token: AccessToken): string;
  /** The session of the secret, which counts as used by that; undefined when it ended or its token was removed or changed. */
  find(secret: string): FoundSession | undefined;
  end(secret: string): void;
}

const HOUR_MS = 3_600_000;
export const SESSION_LIMITS: SessionLimits = {
  idleMs: 12 * HOUR_MS,
  longestMs: 7 * 24 * HOUR_MS,
  most: 1000,
};
const SECRET_BYTES = 32;

interface Session {
  readonly token: AccessToken;
  readonly openedMs: number;
  usedMs: number;
}

/** No session yet; `now` gives milliseconds of a steady clock. */
export function createSessions(
  tokens: TokenSource,
  now: () => number,
  limits: SessionLimits = SESSION_LIMITS,
): Sessions {
  const sessions = new LRUCache<string, Session>({ max: limits.most });

  function isOver({ token, openedMs, usedMs }: Session): boolean {
    if (now() - usedMs >= limits.idleMs || now() - openedMs >= limits.longestMs) return true;
    return !isCurrent(tokens, token);
  }

  return {
    open: (token) => {
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      sessions.set(keyOf(secret), { token, openedMs: now(), usedMs: now() });
      return secret;
    },
    find: (secret) => {
      const key = keyOf(secret);
      const session = sessions.get(key);
      if (session === undefined) return undefined;
      if (isOver(session)) {
        sessions.delete(key);
        return undefined;
      }
      session.usedMs = now();
      return { token: session.token, leftMs: session.openedMs + limits.longestMs - now() };
    },
    end: (secret) => {
      sessions.delete(keyOf(secret));
    },
  };
}

/** Secrets are looked up by their SHA-256, so that the time of a look-up tells nothing of them. */
function keyOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64');
}
