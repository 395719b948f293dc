// What happened between two looks at the counters, in the terms of the reference's watchdog (SPEC §11).
import type { EngineCounters } from './engine-counters.ts';
import type { Ledger } from './ledger.ts';

/** The figures of the time since the look before. */
export interface Activity {
  /** Accepted events a second, 2 decimals. */
  readonly eps: number;
  /** Milliseconds from the receipt of an event to its lines on file, 3 decimals. */
  readonly avgProcTimeMs: number;
  readonly received: number;
  /** Once for each directive that an event was handed to. */
  readonly matched: number;
  readonly timedOut: number;
}

/** A function that answers what happened since its last call, which was `seconds` ago. */
export function createActivityMeter(
  ledger: Ledger,
  counters: EngineCounters,
): (seconds: number) => Activity {
  let last = readTotals(ledger, counters);
  return (seconds) => {
    const totals = readTotals(ledger, counters);
    const settled = totals.settled - last.settled;
    const activity = {
      eps: round((totals.accepted - last.accepted) / seconds, 2),
      avgProcTimeMs: round(settled === 0 ? 0 : (totals.settledMs - last.settledMs) / settled, 3),
      received: totals.accepted - last.accepted,
      matched: totals.matched - last.matched,
      timedOut: totals.timedOut - last.timedOut,
    };
    last = totals;
    return activity;
  };
}

interface Totals {
  readonly accepted: number;
  readonly matched: number;
  readonly settled: number;
  readonly settledMs: number;
  readonly timedOut: number;
}

function readTotals(ledger: Ledger, counters: EngineCounters): Totals {
  return {
    accepted: ledger.accepted,
    matched: ledger.deliveries,
    settled: counters.eventsSettled,
    settledMs: counters.settledMs,
    timedOut: counters.backlogsTimedOut + counters.backlogsEvicted,
  };
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
