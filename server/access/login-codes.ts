import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessToken } from '../../core/access/role.ts';

/** Codes of login links: each logs in once. */
export interface LoginCodes {
  /** A code that logs in as this token, within the lifetime. */
  issue(token: AccessToken): string;
  /** Uses a code up; undefined when it was used, is too old or never was. */
  use(code: string): AccessToken | undefined;
}

export const CODE_LIFETIME_MS = 15 * 60_000;
/** Above it the oldest does no longer work. */
const MOST_CODES = 16;
const CODE_BYTES = 24;

interface Issued {
  readonly token: AccessToken;
  readonly atMs: number;
}

/** No code yet; `now` gives milliseconds of a steady clock. */
export function createLoginCodes(now: () => number): LoginCodes {
  const codes = new LRUCache<string, Issued>({ max: MOST_CODES });
  return {
    issue: (token) => {
      const code = randomBytes(CODE_BYTES).toString('base64url');
      codes.set(keyOf(code), { token, atMs: now() });
      return code;
    },
    use: (code) => {
      const key = keyOf(code);
      const issued = codes.get(key);
      codes.delete(key);
      return issued !== undefined && now() - issued.atMs < CODE_LIFETIME_MS
        ? issued.token
        : undefined;
    },
  };
}

function keyOf(code: string): string {
  return createHash('sha256').update(code, 'utf8').digest('base64');
}
