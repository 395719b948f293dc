import { setTimeout as delay } from 'node:timers/promises';

/** Lets events through at a rate. */
export interface Pacer {
  /** Waits until so many events may go; at once without a rate, and after the signal. */
  readonly take: (events: number) => Promise<void>;
}

/** A pacer of so many events a second; 0 for as many as there are. */
export function createPacer(perSecond: number, signal: AbortSignal): Pacer {
  let nextMs = 0;
  return {
    take: async (events) => {
      if (perSecond <= 0 || signal.aborted) return;
      const nowMs = performance.now();
      const turnMs = Math.max(nowMs, nextMs);
      nextMs = turnMs + (events * 1000) / perSecond;
      if (turnMs > nowMs) await delay(turnMs - nowMs, undefined, { signal }).catch(() => undefined);
    },
  };
}
