import type Logger from 'bunyan';

const INTERVAL_MS = 60_000;

/** Logs the failures of one source at most once a minute, with the number since the last line. */
export class FailureLog {
  readonly #log: Logger;
  readonly #now: () => number;
  #failures = 0;
  #nextAt = 0;

  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  add(err: unknown, term: string): void {
    this.#failures += 1;
    if (this.#now() < this.#nextAt) return;
    this.#log.warn({ err, term, failures: this.#failures }, 'look-up source failed');
    this.#failures = 0;
    this.#nextAt = this.#now() + INTERVAL_MS;
  }
}
