import type { LookUpType } from './plugin.ts';

/**
 * What became of the look-ups of one source since it was opened:
 * asked = cached + joined + answered + failed + timedOut + skipped + open + under way.
 */
export interface SourceCounters {
  readonly name: string;
  readonly type: LookUpType;
  asked: number;
  /** Answered from the cache. */
  cached: number;
  /** Got the answer of a look-up of the same term that was under way. */
  joined: number;
  answered: number;
  /** Those of `answered` with at least one finding. */
  found: number;
  failed: number;
  timedOut: number;
  /** Not asked because too many were waiting, or given up at stop. */
  skipped: number;
  /** Not asked because the circuit breaker was open. */
  open: number;
  /** Further tries of look-ups, beyond the first of each. */
  retried: number;
}

/** Counters of zeros. */
export function createSourceCounters(name: string, type: LookUpType): SourceCounters {
  return {
    name,
    type,
    asked: 0,
    cached: 0,
    joined: 0,
    answered: 0,
    found: 0,
    failed: 0,
    timedOut: 0,
    skipped: 0,
    open: 0,
    retried: 0,
  };
}
