// The report of SPEC §11: every ten seconds one line about what the engine does, from the plain counters.
import type Logger from 'bunyan';
import type { EngineGauges } from '../actors/engine-port.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import { findImbalances, type Ledger } from '../core/ledger/ledger.ts';

const REPORT_SECONDS = 10;

/** What the watchdog reads. */
export interface WatchdogDeps {
  readonly log: Logger;
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  readonly gauges: () => EngineGauges;
}

/** Reports until it is stopped; an imbalance of the ledger is an ERROR. */
export function startWatchdog(deps: WatchdogDeps): { stop(): void } {
  const report = createReport(deps);
  const timer = setInterval(report, REPORT_SECONDS * 1000);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** A function that logs one report about the time since its last call. */
export function createReport({ log, ledger, counters, gauges }: WatchdogDeps): () => void {
  let last = readTotals(ledger, counters);
  return () => {
    const totals = readTotals(ledger, counters);
    const { eventsInFlight, directives, directivesActive, backlogs } = gauges();
    const settled = totals.settled - last.settled;
    log.info(
      {
        eps: round((totals.accepted - last.accepted) / REPORT_SECONDS, 2),
        queue_length: eventsInFlight,
        avg_proc_time_ms: round(
          settled === 0 ? 0 : (totals.settledMs - last.settledMs) / settled,
          3,
        ),
        directives_ttl: directives,
        directives_active: directivesActive,
        events_rcvd: totals.accepted - last.accepted,
        events_matched: totals.matched - last.matched,
        backlogs,
        backlogs_timedout: totals.timedOut - last.timedOut,
      },
      'watchdog report',
    );
    last = totals;
    const imbalances = findImbalances(ledger);
    if (imbalances.length > 0) log.error({ imbalances, ledger }, 'the ledger does not balance');
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
    matched: counters.eventsMatched,
    settled: counters.eventsSettled,
    settledMs: counters.settledMs,
    timedOut: counters.backlogsTimedOut + counters.backlogsEvicted,
  };
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
