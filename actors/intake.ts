// Counts events in flight, gathers those of one event-loop turn into one batch and makes submissions wait for room
// (SPEC §9). Not an actor: it is what stands between the EnginePort and the supervisor's mailbox.
import type { Input } from '../core/correlation/advance.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import { observe, type Histogram } from '../core/ledger/histogram.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { Admission } from './engine-port.ts';

/** An input on its way: `deliveries` counts the directives that have not settled it yet. */
export interface AdmittedInput extends Input {
  /** When it was submitted, in milliseconds of the monotonic clock: waiting for room counts. */
  readonly admittedMs: number;
  deliveries: number;
}

/** What the intake needs. */
export interface IntakeDeps {
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  /** Counts how long each event took from here to its lines. */
  readonly eventMs?: Histogram | undefined;
  /** Events in flight at most; a larger request is admitted when nothing is in flight. */
  readonly maxQueue: number;
  /** How long a submission waits for room. */
  readonly waitMs: number;
  readonly nextSequence: number;
  /** Whole Unix seconds; may go back, `now` of inputs does not. */
  readonly clockSeconds: () => number;
  /** Called once for the first input of a batch; whoever is told takes the batch with `take`. */
  readonly onBatch: (take: () => readonly AdmittedInput[]) => void;
}

interface Waiter {
  readonly events: readonly NormalizedEvent[];
  readonly answer: (admission: Admission) => void;
  readonly sinceMs: number;
  timer: NodeJS.Timeout | undefined;
}

/** The bounded entry to the engine. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #waiters = new Set<Waiter>();
  readonly #take: () => readonly AdmittedInput[];
  #gathered: AdmittedInput[] = [];
  #inFlight = 0;
  #nextSequence: number;
  #now = 0;
  #closing = false;
  #onEmpty: (() => void) | undefined;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
    this.#nextSequence = deps.nextSequence;
    this.#take = () => {
      const batch = this.#gathered;
      this.#gathered = [];
      return batch;
    };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** The time of the next input: whole Unix seconds that never go back. */
  now(): number {
    this.#now = Math.max(this.#now, this.#deps.clockSeconds());
    return this.#now;
  }

  /** See EnginePort.submit. */
  submit(events: readonly NormalizedEvent[]): Admission | Promise<Admission> {
    if (this.#closing) return 'closing';
    if (this.#waiters.size === 0 && this.#hasRoom(events.length)) {
      this.#admit(events, performance.now());
      return 'admitted';
    }
    return new Promise((resolve) => {
      this.#wait(events, resolve);
    });
  }

  /** One directive less has to settle these inputs; those that none has to settle any more leave. */
  settle(inputs: readonly AdmittedInput[], nowMs: number): void {
    const { counters, eventMs } = this.#deps;
    let left = 0;
    let alike = 0;
    let admittedMs = 0;
    for (const input of inputs) {
      input.deliveries -= 1;
      if (input.deliveries > 0) continue;
      left += 1;
      counters.settledMs += nowMs - input.admittedMs;
      // Events of one request came at the same moment and are counted together.
      if (input.admittedMs !== admittedMs) {
        if (eventMs !== undefined && alike > 0) observe(eventMs, nowMs - admittedMs, alike);
        alike = 0;
        admittedMs = input.admittedMs;
      }
      alike += 1;
    }
    if (eventMs !== undefined && alike > 0) observe(eventMs, nowMs - admittedMs, alike);
    counters.eventsSettled += left;
    this.#inFlight -= left;
    this.#admitWaiting();
    if (this.#inFlight === 0) this.#onEmpty?.();
  }

  /** Admits nothing more; resolves when nothing is in flight (true), or at the limit (false). */
  async close(limitMs: number): Promise<boolean> {
    this.#closing = true;
    for (const waiter of this.#waiters) this.#dismiss(waiter, 'closing');
    if (this.#inFlight === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(false);
      }, limitMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #hasRoom(count: number): boolean {
    return this.#inFlight === 0 || this.#inFlight + count <= this.#deps.maxQueue;
  }

  #admit(events: readonly NormalizedEvent[], admittedMs: number): void {
    const { ledger, onBatch } = this.#deps;
    const isFirst = this.#gathered.length === 0 && events.length > 0;
    const now = this.now();
    for (const event of events) {
      const sequence = this.#nextSequence;
      this.#nextSequence += 1;
      this.#gathered.push({ sequence, now, event, admittedMs, deliveries: 0 });
    }
    this.#inFlight += events.length;
    ledger.accepted += events.length;
    ledger.unrouted += events.length;
    if (isFirst) onBatch(this.#take);
  }

  #wait(events: readonly NormalizedEvent[], answer: (admission: Admission) => void): void {
    const waiter: Waiter = { events, answer, sinceMs: performance.now(), timer: undefined };
    waiter.timer = setTimeout(() => {
      this.#dismiss(waiter, 'full');
      this.#admitWaiting();
    }, this.#deps.waitMs);
    this.#waiters.add(waiter);
  }

  #admitWaiting(): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of this.#waiters) {
      if (!this.#hasRoom(waiter.events.length)) return;
      this.#admit(waiter.events, waiter.sinceMs);
      this.#dismiss(waiter, 'admitted');
    }
  }

  #dismiss(waiter: Waiter, admission: Admission): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
    waiter.answer(admission);
  }
}
