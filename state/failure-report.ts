// Counts the failures of one thing that is retried, and logs them without flooding the log.

import type Logger from 'bunyan';

const REPORT_INTERVAL_MS = 60_000;

export interface FailureReport {
  /** Failures since the start. */
  readonly failures: number;
  /** Counts a failure; logged as an ERROR at once, then at most once a minute with the count since the last line. */
  failed(err: unknown): void;
  /** To be called after each success; says once that the failures are over. */
  recovered(): void;
}

export interface FailureTexts {
  /** Message while it fails. */
  readonly failed: string;
  /** Message when it works again. */
  readonly recovered: string;
  /** Fields of every line. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A report that has seen no failure; `now` gives milliseconds of any steady clock. */
export function createFailureReport(
  log: Logger,
  texts: FailureTexts,
  now: () => number = () => performance.now(),
): FailureReport {
  let failures = 0;
  let unreported = 0;
  let sinceRecovery = 0;
  let reportedAt = -Infinity;
  return {
    get failures() {
      return failures;
    },
    failed(err) {
      failures += 1;
      unreported += 1;
      sinceRecovery += 1;
      if (now() - reportedAt < REPORT_INTERVAL_MS) return;
      log.error({ ...texts.fields, failures: unreported, err }, texts.failed);
      reportedAt = now();
      unreported = 0;
    },
    recovered() {
      if (sinceRecovery === 0) return;
      log.info({ ...texts.fields, failures: sinceRecovery }, texts.recovered);
      sinceRecovery = 0;
    },
  };
}
