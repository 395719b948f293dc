// What stands in the engine's place on a frontend: it takes events from HTTP and publishes them. 200 means that NATS has
// taken them: each turn's events are followed by a flush, and their requests are answered when it comes back. What is not
// confirmed when a connection ends is published again on the next one, under the same numbers.
import type Logger from 'bunyan';
import type { Admission } from '../actors/engine-port.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import type { BackendWindow } from './backend-window.ts';
import { EventTooLargeError, isLargerThan } from './event-size.ts';
import type { NatsLink } from './nats-link.ts';
import { createRangeList, type NumberRange } from './number-ranges.ts';
import { voidMessage, type OutgoingMessage } from './pack-messages.ts';
import { createBatch, type Batch } from './publish-batch.ts';
import { sharedOverhead } from './shared-message.ts';
import { createWaitingLine, type Request, type WaitingLine } from './waiting-line.ts';

export interface PublisherDeps {
  readonly link: NatsLink;
  readonly node: string;
  /** The name of this run, drawn at random. */
  readonly epoch: string;
  /** Events published and not confirmed, at most (SPEC §9); a larger request is taken when there are none. */
  readonly maxQueue: number;
  /** Whether the next events go to our own backends together, or each on `dsiem_events` (sharing-rule.ts). */
  readonly isShared: () => boolean;
  /** How much more our own backends can take; absent: as much as NATS takes. */
  readonly window?: BackendWindow;
  /** Called in the turn in which events become accepted, before their requests are answered. */
  readonly onPublished: (events: number) => void;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  /** How long a request waits for room and for its confirmation; default 2 s. */
  readonly waitMs?: number;
  readonly log: Logger;
}

/** What became of events since the start. */
export interface PublisherCounters {
  /** Confirmed by NATS. */
  published: number;
  /** Published again after a connection was lost. */
  repeated: number;
  /** Refused although NATS may have them: the connection ended or stood still before it said so. */
  doubtful: number;
}

/** What other nodes are told about the numbers of this run. */
export interface PublishedNumbers {
  /** How many numbers of shared events are confirmed. */
  readonly shared: number;
  /** The highest number of shared events given out. */
  readonly given: number;
  /** Numbers of shared events that were refused after all: a backend that missed them has lost nothing. */
  readonly voided: readonly NumberRange[];
  /** The conn_ids published on `dsiem_events` and confirmed, oldest first. */
  readonly plain: readonly NumberRange[];
  /** The highest conn_id given out. */
  readonly last: number;
}

export interface FrontendPublisher {
  /**
   * As EnginePort.submit: all or none, in their order; 'full' without a confirmation in time, also while NATS is away.
   * `json` is the text that the events are all of, if there is one: it need not be written again then. Sets connId and
   * receivedMs. Throws EventTooLargeError for an event that `isTooLarge`.
   */
  submit(events: readonly NormalizedEvent[], json?: Uint8Array): Admission | Promise<Admission>;
  /** Whether NATS would not take the event: to be answered 413. */
  isTooLarge(event: NormalizedEvent): boolean;
  /** Events taken and not confirmed. */
  readonly waiting: number;
  readonly counters: PublisherCounters;
  numbers(): PublishedNumbers;
  /** Takes no more; resolves when all is confirmed or given up, at the latest after `limitMs`. */
  close(limitMs: number): Promise<void>;
}

const WAIT_MS = 2_000;
/** A server that has not confirmed for so long gets nothing new. */
const STALL_SHARE = 2;

/** A publisher that has published nothing yet. */
export function createFrontendPublisher(deps: PublisherDeps): FrontendPublisher {
  return new Publisher(deps);
}

class Publisher implements FrontendPublisher {
  readonly counters: PublisherCounters = { published: 0, repeated: 0, doubtful: 0 };
  readonly #deps: PublisherDeps;
  readonly #waitMs: number;
  readonly #overhead: number;
  readonly #line: WaitingLine;
  readonly #plain = createRangeList();
  readonly #voided = createRangeList();
  #gathered: Request[] = [];
  #gatheredEvents = 0;
  #window: Batch[] = [];
  #unconfirmed = 0;
  #lastId = 0;
  #nextShared = 1;
  #confirmedShared = 0;
  /** Milliseconds of the monotonic clock when the oldest message without confirmation went out. */
  #oldestMs = 0;
  #isClosing = false;
  #onEmpty: (() => void) | undefined;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    this.#waitMs = deps.waitMs ?? WAIT_MS;
    this.#line = createWaitingLine(this.#waitMs, () => {
      this.#takeWaiting();
    });
    this.#overhead = sharedOverhead(deps.node, deps.epoch);
    deps.window?.onRoom(() => {
      this.#takeWaiting();
    });
    deps.link.onChange((isConnected) => {
      if (isConnected) this.#publishAgain();
    });
  }

  get waiting(): number {
    return this.#unconfirmed + this.#line.events;
  }

  submit(events: readonly NormalizedEvent[], json?: Uint8Array): Admission | Promise<Admission> {
    if (this.#isClosing) return 'closing';
    if (events.length === 0) return 'admitted';
    for (const event of events) {
      if (this.isTooLarge(event)) throw new EventTooLargeError('an event above max_payload');
    }
    if (this.#line.isEmpty && this.#hasRoom(events.length)) {
      return new Promise((answer) => {
        this.#gather({ events, json, answer });
      });
    }
    if (this.#isAwayForLong() || this.#line.events + events.length > this.#deps.maxQueue) {
      return 'full';
    }
    return new Promise((answer) => {
      this.#line.add({ events, json, answer });
    });
  }

  isTooLarge(event: NormalizedEvent): boolean {
    return isLargerThan(event, this.#deps.link.maxPayload - this.#overhead);
  }

  numbers(): PublishedNumbers {
    return {
      ...{ shared: this.#confirmedShared, given: this.#nextShared - 1 },
      ...{ voided: this.#voided.ranges(), plain: this.#plain.ranges(), last: this.#lastId },
    };
  }

  async close(limitMs: number): Promise<void> {
    this.#isClosing = true;
    this.#line.dismissAll('closing');
    this.#deps.window?.close();
    if (this.#unconfirmed === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      timer = setTimeout(resolve, limitMs);
    });
    clearTimeout(timer);
    for (const batch of this.#window) this.#giveUp(batch, 'closing');
  }

  #hasRoom(count: number): boolean {
    if (!this.#deps.link.isConnected || this.#isStalled()) return false;
    if (this.#unconfirmed > 0 && this.#unconfirmed + count > this.#deps.maxQueue) return false;
    // those that are gathered get their numbers at the end of this turn
    const given = this.#nextShared - 1 + this.#gatheredEvents;
    return this.#deps.window?.hasRoom(count, given) ?? true;
  }

  #isStalled(): boolean {
    if (this.#window.length === 0) return false;
    return performance.now() - this.#oldestMs > this.#waitMs / STALL_SHARE;
  }

  #isAwayForLong(): boolean {
    const { link, wallMs } = this.#deps;
    return !link.isConnected && wallMs() - link.sinceMs > this.#waitMs;
  }

  #takeWaiting(): void {
    for (;;) {
      const request = this.#line.takeIf((events) => this.#hasRoom(events));
      if (request === undefined) return;
      this.#gather(request);
    }
  }

  #gather(request: Request): void {
    this.#unconfirmed += request.events.length;
    this.#gatheredEvents += request.events.length;
    this.#gathered.push(request);
    if (this.#gathered.length > 1) return;
    setImmediate(() => {
      this.#publishGathered();
    });
  }

  #publishGathered(): void {
    const requests = this.#gathered;
    this.#gathered = [];
    this.#gatheredEvents = 0;
    const { node, epoch, isShared, link } = this.#deps;
    const firstId = this.#lastId + 1;
    const receivedMs = this.#deps.wallMs();
    this.#number(requests, receivedMs);
    const batch = createBatch(requests, {
      ...{ node, epoch, first: this.#nextShared, firstId, receivedMs, isShared: isShared() },
      maxBytes: link.maxPayload - this.#overhead,
    });
    this.#nextShared = batch.shared?.end ?? this.#nextShared;
    batch.timer = setTimeout(() => {
      this.#giveUp(batch, 'full');
    }, this.#waitMs);
    this.#window.push(batch);
    this.#send(batch);
  }

  /** Numbers the events from 1: a refused request leaves no gap, its events get no number. */
  #number(requests: readonly Request[], receivedMs: number): void {
    for (const { events } of requests) {
      for (const event of events) {
        this.#lastId += 1;
        event.connId = this.#lastId;
        event.receivedMs = receivedMs;
      }
    }
  }

  #send(batch: Batch): void {
    const { link } = this.#deps;
    if (!link.isConnected) return;
    if (this.#window[0] === batch) this.#oldestMs = performance.now();
    if (batch.wasSent && !batch.isVoid) this.counters.repeated += batch.count;
    batch.wasSent = true;
    for (const message of batch.messages) this.#publish(message, batch);
    link.flush().then(
      () => {
        this.#confirm(batch);
      },
      // The connection has ended: the next one gets it again.
      () => undefined,
    );
  }

  #publish(message: OutgoingMessage, batch: Batch): void {
    const { link } = this.#deps;
    if (!batch.isVoid && link.publish(message.subject, message.data)) return;
    // This server takes less than the one before it did.
    if (!batch.isVoid && link.isConnected) this.#giveUp(batch, 'full');
    const data = voidMessage(message);
    if (data !== undefined) link.publish(message.subject, data);
  }

  #publishAgain(): void {
    for (const batch of this.#window) this.#send(batch);
    this.#takeWaiting();
  }

  /** Confirmations come in the order of the window; one of an earlier connection never comes. */
  #confirm(batch: Batch): void {
    if (this.#window[0] !== batch) return;
    this.#window.shift();
    this.#oldestMs = performance.now();
    if (batch.shared !== undefined) this.#confirmedShared = batch.shared.end - 1;
    if (batch.plain !== undefined && !batch.isVoid) this.#plain.add(batch.plain);
    this.#settle(batch, 'admitted');
    this.#takeWaiting();
    if (this.#unconfirmed === 0) this.#onEmpty?.();
  }

  #giveUp(batch: Batch, admission: Admission): void {
    if (batch.isVoid) return;
    batch.isVoid = true;
    if (batch.wasSent) this.counters.doubtful += batch.count;
    if (batch.shared !== undefined) this.#voided.add(batch.shared);
    this.#deps.log.warn({ events: batch.count }, 'NATS has not confirmed events, they are refused');
    this.#settle(batch, admission);
  }

  #settle(batch: Batch, admission: Admission): void {
    clearTimeout(batch.timer);
    if (batch.requests.every(({ answer }) => answer === undefined)) return;
    this.#unconfirmed -= batch.count;
    if (admission === 'admitted') {
      this.counters.published += batch.count;
      this.#deps.onPublished(batch.count);
    }
    for (const request of batch.requests) {
      request.answer?.(admission);
      request.answer = undefined;
    }
  }
}
