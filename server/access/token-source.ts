import { timingSafeEqual } from 'node:crypto';
import type { AccessToken } from '../../core/access/role.ts';

/** The tokens of the moment. */
export interface TokenSource {
  /** Those that somebody set: by option or with `dsiem token add`. */
  set(): readonly AccessToken[];
  /** The one that the first start made. It works like the others, and does not count as set. */
  readonly firstStart: AccessToken;
}

/** The tokens of the moment, which can be asked to be those of this very moment. */
export interface RefreshedTokens extends TokenSource {
  /** Looks whether tokens have changed; called before an unknown one is refused. */
  refresh(): Promise<void>;
}

/** The token with this SHA-256; compares with each in a time that does not depend on them. */
export function findByHash(tokens: TokenSource, hash: Uint8Array): AccessToken | undefined {
  let found: AccessToken | undefined;
  for (const candidate of [...tokens.set(), tokens.firstStart]) {
    if (timingSafeEqual(candidate.hash, hash)) found ??= candidate;
  }
  return found;
}

/** Whether the token is still there as it was, by name and role too. */
export function isCurrent(tokens: TokenSource, { name, role, hash }: AccessToken): boolean {
  return [...tokens.set(), tokens.firstStart].some(
    (other) => other.name === name && other.role === role && timingSafeEqual(other.hash, hash),
  );
}
