// The report of SPEC §11: every ten seconds one line about what the engine does, from the plain counters.
import type Logger from 'bunyan';
import type { EngineGauges } from '../actors/engine-port.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import { createActivityMeter } from '../core/ledger/activity.ts';
import { findImbalances, summarizeLedger, type Ledger } from '../core/ledger/ledger.ts';

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
  const measure = createActivityMeter(ledger, counters);
  return () => {
    const { eps, avgProcTimeMs, received, matched, timedOut } = measure(REPORT_SECONDS);
    const { eventsInFlight, directives, directivesActive, backlogs } = gauges();
    log.info(
      {
        eps,
        queue_length: eventsInFlight,
        avg_proc_time_ms: avgProcTimeMs,
        directives_ttl: directives,
        directives_active: directivesActive,
        events_rcvd: received,
        events_matched: matched,
        backlogs,
        backlogs_timedout: timedOut,
        ledger: summarizeLedger(ledger),
      },
      'watchdog report',
    );
    const imbalances = findImbalances(ledger);
    if (imbalances.length > 0) log.error({ imbalances, ledger }, 'the ledger does not balance');
  };
}
