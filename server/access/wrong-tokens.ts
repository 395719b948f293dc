import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
/** As many addresses as are watched at a time; an attacker with more gains five guesses for each. */
const MOST_ADDRESSES = 10_000;
const MOST_KNOWN_TOKENS = 100;

interface Record {
  wrong: number;
  /** When the minute began in which they are counted. */
  since: number;
  /** Tokens that were right from this address. */
  readonly right: Set<string>;
}

/** How many wrong tokens each address has sent within the minute. */
export interface WrongTokens {
  /**
   * Seconds until tokens from this address are looked at again, 0 for now. A token (by its hash) that was right from there
   * before is always looked at: another sender behind the same address must not shut it out.
   */
  secondsShut(address: string, rightToken: string | undefined): number;
  /** `from` is how the address is spelled for people. */
  countWrong(address: string, from: string): void;
  noteRight(address: string, token: string): void;
}

export interface WrongTokensDeps {
  /** Wrong tokens of one address in a minute. */
  readonly limit: number;
  /** Milliseconds of a steady clock. */
  readonly monotonicMs: () => number;
  /** Called once a minute and address that reaches the limit. */
  readonly onShut: (from: string) => void;
}

/** Counts the wrong tokens of each address. */
export function createWrongTokens(deps: WrongTokensDeps): WrongTokens {
  const { limit, monotonicMs: now, onShut } = deps;
  const records = new LRUCache<string, Record>({ max: MOST_ADDRESSES });

  function recordOf(address: string): Record {
    const known = records.get(address);
    if (known === undefined) {
      const fresh: Record = { wrong: 0, since: now(), right: new Set() };
      records.set(address, fresh);
      return fresh;
    }
    if (now() - known.since >= WINDOW_MS) {
      known.wrong = 0;
      known.since = now();
    }
    return known;
  }

  return {
    secondsShut: (address, rightToken) => {
      const { wrong, since, right } = recordOf(address);
      if (wrong < limit) return 0;
      if (rightToken !== undefined && right.has(rightToken)) return 0;
      return Math.max(1, Math.ceil((since + WINDOW_MS - now()) / 1000));
    },
    countWrong: (address, from) => {
      const record = recordOf(address);
      // The minute begins with its first wrong token, not with the address's first request.
      if (record.wrong === 0) record.since = now();
      record.wrong += 1;
      if (record.wrong === limit) onShut(from);
    },
    noteRight: (address, token) => {
      const { right } = recordOf(address);
      if (right.size < MOST_KNOWN_TOKENS) right.add(token);
    },
  };
}
