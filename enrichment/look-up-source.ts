// One configured source with all that lies between an alarm and its plugin: cache, joining, concurrency, waiting, time limit,
// retry and circuit breaker. A look-up never rejects: what is not known is undefined, and counted.
import { setTimeout as delay } from 'node:timers/promises';
import type Logger from 'bunyan';
import { LRUCache } from 'lru-cache';
import type { Finding } from '../core/alarm/alarm-record.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { FailureLog } from './failure-log.ts';
import { checkFindings } from './findings.ts';
import { createLimitedFetch } from './limited-fetch.ts';
import { isRetryable, LookUpError } from './look-up-error.ts';
import type { LookUpLimits } from './look-up-limits.ts';
import type { LookUpTerm, LookUpTools, LookUpType, OpenSource } from './plugin.ts';
import { createSourceCounters, type SourceCounters } from './source-counters.ts';

/** The findings of a term, undefined when they could not be found out. */
export type LookUpOutcome = readonly Finding[] | undefined;

const TIME_LIMIT = 'time limit';

interface LookUpSourceDeps {
  readonly name: string;
  readonly type: LookUpType;
  readonly open: OpenSource;
  /** 0 = nothing is remembered. */
  readonly cacheMs: number;
  readonly limits: LookUpLimits;
  readonly fetch: typeof fetch;
  readonly log: Logger;
  readonly now: () => number;
}

interface WaitingLookUp {
  readonly term: LookUpTerm;
  readonly settle: (outcome: LookUpOutcome | Promise<LookUpOutcome>) => void;
}

/** A source that is asked within its limits; whoever opened it closes it. */
export class LookUpSource {
  readonly counters: SourceCounters;
  readonly #deps: LookUpSourceDeps;
  readonly #breaker: CircuitBreaker;
  readonly #failures: FailureLog;
  readonly #cache: LRUCache<string, readonly Finding[]> | undefined;
  readonly #pending = new Map<string, Promise<LookUpOutcome>>();
  readonly #controllers = new Set<AbortController>();
  readonly #waiting: WaitingLookUp[] = [];
  #running = 0;
  #closed = false;

  constructor(deps: LookUpSourceDeps) {
    const { name, type, limits, log, now } = deps;
    this.#deps = deps;
    this.counters = createSourceCounters(name, type);
    this.#breaker = new CircuitBreaker(limits, now);
    this.#failures = new FailureLog(log, now);
    this.#cache =
      deps.cacheMs > 0 && deps.open.local !== true
        ? new LRUCache({
            max: limits.cacheEntries,
            ttl: deps.cacheMs,
            ttlResolution: 0,
            perf: { now },
          })
        : undefined;
  }

  /** What is known about a term: at once from the cache or a local source, else when the source has answered. */
  lookUp(term: LookUpTerm): LookUpOutcome | Promise<LookUpOutcome> {
    this.counters.asked += 1;
    const cached = this.#cache?.get(term.text);
    if (cached !== undefined) {
      this.counters.cached += 1;
      return cached;
    }
    const pending = this.#pending.get(term.text);
    if (pending !== undefined) {
      this.counters.joined += 1;
      return pending;
    }
    if (this.#closed) {
      this.counters.skipped += 1;
      return undefined;
    }
    return this.#deps.open.local === true ? this.#askLocal(term) : this.#askRemote(term);
  }

  /** Gives up what is under way and closes the plugin's source; look-ups that wait settle as unknown. */
  close(): void {
    this.#closed = true;
    for (const { settle } of this.#waiting.splice(0)) {
      this.counters.skipped += 1;
      settle(undefined);
    }
    for (const controller of this.#controllers) controller.abort();
    try {
      this.#deps.open.close?.();
    } catch (err) {
      this.#deps.log.warn({ err }, 'look-up source could not be closed');
    }
  }

  #askLocal(term: LookUpTerm): LookUpOutcome | Promise<LookUpOutcome> {
    const controller = new AbortController();
    try {
      const answer = this.#deps.open.lookUp(term, this.#tools(controller.signal));
      if (answer instanceof Promise) {
        return this.#track(
          term,
          this.#limit(term, async () => checkFindings(await answer)),
        );
      }
      return this.#answered(term, checkFindings(answer));
    } catch (error) {
      this.#failed(term, error);
      return undefined;
    }
  }

  #askRemote(term: LookUpTerm): LookUpOutcome | Promise<LookUpOutcome> {
    if (this.#running < this.#deps.limits.concurrent) {
      const started = this.#start(term);
      return started instanceof Promise ? this.#track(term, started) : started;
    }
    if (this.#breaker.state() === 'open') {
      this.counters.open += 1;
      return undefined;
    }
    if (this.#waiting.length >= this.#deps.limits.waiting) {
      this.counters.skipped += 1;
      return undefined;
    }
    return this.#track(
      term,
      new Promise((settle) => {
        this.#waiting.push({ term, settle });
      }),
    );
  }

  #start(term: LookUpTerm): LookUpOutcome | Promise<LookUpOutcome> {
    if (!this.#breaker.admits()) {
      this.counters.open += 1;
      return undefined;
    }
    this.#running += 1;
    const asked = this.#limit(term, (signal) => this.#ask(term, signal));
    return asked.finally(() => {
      this.#running -= 1;
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    while (this.#running < this.#deps.limits.concurrent) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.settle(this.#start(next.term));
    }
  }

  #track(term: LookUpTerm, asked: Promise<LookUpOutcome>): Promise<LookUpOutcome> {
    const pending = asked.finally(() => this.#pending.delete(term.text));
    this.#pending.set(term.text, pending);
    return pending;
  }

  /** Runs a look-up under the time limit; also one that ignores its signal ends then. Never rejects. */
  async #limit(
    term: LookUpTerm,
    ask: (signal: AbortSignal) => Promise<readonly Finding[]>,
  ): Promise<LookUpOutcome> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#controllers.add(controller);
    const timer = setTimeout(() => {
      controller.abort(TIME_LIMIT);
    }, this.#deps.limits.timeLimitMs);
    try {
      return this.#answered(term, await Promise.race([ask(signal), rejectWhenAborted(signal)]));
    } catch (error) {
      if (signal.reason === TIME_LIMIT) this.#timedOut(term);
      else this.#failed(term, error);
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#controllers.delete(controller);
      // whatever the plugin left running ends with its look-up
      controller.abort();
    }
  }

  async #ask(term: LookUpTerm, signal: AbortSignal): Promise<readonly Finding[]> {
    const { limits, open } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return checkFindings(await open.lookUp(term, this.#tools(signal)));
      } catch (error) {
        if (signal.aborted || attempt >= limits.tries || !isRetryable(error)) throw error;
        await delay(limits.backOffMs * 2 ** (attempt - 1), undefined, { signal });
        this.counters.retried += 1;
      }
    }
  }

  #tools(signal: AbortSignal): LookUpTools {
    const { fetch, limits } = this.#deps;
    return { signal, fetch: createLimitedFetch(fetch, { signal, maxBytes: limits.answerBytes }) };
  }

  #answered(term: LookUpTerm, findings: readonly Finding[]): readonly Finding[] {
    this.counters.answered += 1;
    if (findings.length > 0) this.counters.found += 1;
    this.#cache?.set(term.text, findings);
    this.#isUp();
    return findings;
  }

  #timedOut(term: LookUpTerm): void {
    this.counters.timedOut += 1;
    const { timeLimitMs } = this.#deps.limits;
    const error = new LookUpError(`no answer within ${String(timeLimitMs)} ms`, { retry: true });
    this.#failures.add(error, term.text);
    this.#isDown(term);
  }

  #failed(term: LookUpTerm, error: unknown): void {
    if (this.#closed) {
      this.counters.skipped += 1;
      return;
    }
    this.counters.failed += 1;
    this.#failures.add(error, term.text);
    // an answer that cannot be used is an answer: the source may know more about the next term
    if (isRetryable(error)) this.#isDown(term);
    else this.#isUp();
  }

  #isUp(): void {
    if (this.#breaker.succeeded()) this.#deps.log.info('look-up source is asked again');
  }

  #isDown(term: LookUpTerm): void {
    if (!this.#breaker.failed(term.text)) return;
    const { openMs } = this.#deps.limits;
    this.#deps.log.warn({ pauseMs: openMs }, 'look-up source is down and left alone for a while');
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new LookUpError('the look-up was given up', { retry: true }));
    });
  });
}
