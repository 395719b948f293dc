// The limit on events per second (SPEC §9): a token bucket whose rate follows the engine's overload.

/** The bounds of the limit in events per second. */
export interface EpsBounds {
  readonly minEps: number;
  readonly maxEps: number;
}

/** A token bucket that holds one second's worth of events; moments are milliseconds of one clock that never goes back. */
export interface EpsLimiter {
  /** Events per second, now. */
  readonly limit: number;
  /** Takes tokens for a whole request, into debt if need be; 0, or the seconds after which to try again when there is not one token. */
  take(events: number, nowMs: number): number;
  /** Puts back what was taken for a request that the engine refused. */
  giveBack(events: number): void;
  /** One step of the limit, due every `EPS_STEP_MS`: down by a tenth of the span while overloaded, else up by a hundredth. */
  adjust(overloaded: boolean, nowMs: number): void;
}

/** How often the limit moves. */
export const EPS_STEP_MS = 5000;

/** A limiter that starts in the middle of the bounds, with a full bucket; undefined when either bound is 0, which means no limit. */
export function createEpsLimiter(bounds: EpsBounds, nowMs: number): EpsLimiter | undefined {
  const { minEps, maxEps } = bounds;
  if (minEps === 0 || maxEps === 0) return undefined;
  const span = maxEps - minEps;
  let limit = minEps + span / 2;
  let tokens = capacity();
  let filledMs = nowMs;

  function capacity(): number {
    return Math.max(1, limit);
  }

  function fill(atMs: number): void {
    tokens = Math.min(capacity(), tokens + ((atMs - filledMs) * limit) / 1000);
    filledMs = atMs;
  }

  return {
    get limit() {
      return limit;
    },
    take: (events, atMs) => {
      fill(atMs);
      if (tokens < 1) return Math.max(1, Math.ceil((1 - tokens) / limit));
      tokens -= events;
      return 0;
    },
    giveBack: (events) => {
      tokens = Math.min(capacity(), tokens + events);
    },
    adjust: (overloaded, atMs) => {
      fill(atMs);
      const moved = overloaded ? limit - span / 10 : limit + span / 100;
      limit = Math.min(maxEps, Math.max(minEps, moved));
      tokens = Math.min(tokens, capacity());
    },
  };
}
