// A backend's intake: takes messages from NATS and hands their events to the engine, in their order, at the engine's pace.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Logger from 'bunyan';
import type { EnginePort } from '../actors/engine-port.ts';
import type { EventFault } from '../core/event/explain-event.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import { createEventQueue, type QueuedMessage } from './event-queue.ts';
import { readSharedEvents, readWireEvent } from './event-wire.ts';
import type { LossWatch } from './loss-watch.ts';
import type { NatsLink } from './nats-link.ts';
import { createReceiptSender, type ReceiptSender } from './receipt-sender.ts';
import { readSharedMessage, type SharedHeader } from './shared-message.ts';
import { EVENTS_SUBJECT, SHARED_SUBJECT } from './subjects.ts';

export interface SubscriberDeps {
  readonly link: Pick<NatsLink, 'subscribe' | 'publish'>;
  readonly node: string;
  /** The name of this run, drawn at random. */
  readonly epoch: string;
  readonly engine: Pick<EnginePort, 'submit'>;
  readonly ledger: Pick<Ledger, 'received' | 'accepted' | 'lost' | 'refused'>;
  /** Events that wait before the engine, at most. */
  readonly maxQueue: number;
  readonly losses: LossWatch;
  /** Called when waiting events are dropped: overload, unless --max_delay is 0. */
  readonly onLag: () => void;
  readonly log: Logger;
}

/** What came since the start. */
export interface SubscriberCounters {
  messages: number;
  /** Events that came a second time with the same number. */
  repeated: number;
  /** Events dropped because the queue was full. */
  skipped: number;
  /** Messages that are no event. */
  unreadable: number;
}

export interface BackendSubscriber {
  /** Events that wait before the engine. */
  readonly waiting: number;
  readonly counters: SubscriberCounters;
  /** Takes no more messages; resolves when those that came are with the engine, or, after `limitMs`, counted as lost. */
  close(limitMs: number): Promise<void>;
}

/** Events handed to the engine at once, about. */
const BATCH_EVENTS = 1_000;
const SAMPLE_MS = 250;
const REPORT_MS = 1_000;
const CONN_ID = Buffer.from('"conn_id":');
const ZERO = 48;

/** Subscribes to both subjects: an event comes on one of them. */
export function startBackendSubscriber(deps: SubscriberDeps): BackendSubscriber {
  return new Subscriber(deps);
}

class Subscriber implements BackendSubscriber {
  readonly counters: SubscriberCounters = { messages: 0, repeated: 0, skipped: 0, unreadable: 0 };
  readonly #deps: SubscriberDeps;
  readonly #queue;
  readonly #receipts: ReceiptSender;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #sampling: NodeJS.Timeout;
  #pumping: Promise<void> | undefined;
  /** Events taken off the queue that the engine has not admitted yet. */
  #handing = 0;
  #isStopped = false;
  #skippedSinceReport = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;
  #unreadable: { readonly fault: EventFault; readonly events: number } | undefined;

  constructor(deps: SubscriberDeps) {
    this.#deps = deps;
    this.#queue = createEventQueue(deps.maxQueue);
    const { link, node, epoch, maxQueue } = deps;
    this.#receipts = createReceiptSender({ link, node, run: epoch, capacity: maxQueue });
    this.#unsubscribe = [
      deps.link.subscribe(EVENTS_SUBJECT, ({ data }) => {
        deps.losses.takePlain(connIdOf(data));
        this.#push({ data, count: 1, header: undefined });
      }),
      deps.link.subscribe(SHARED_SUBJECT, ({ data }) => {
        this.#takeShared(data);
      }),
    ];
    this.#sampling = setInterval(() => {
      deps.losses.sample();
      this.#report();
    }, SAMPLE_MS);
  }

  get waiting(): number {
    return this.#queue.waiting + this.#handing;
  }

  async close(limitMs: number): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    clearInterval(this.#sampling);
    const timer = setTimeout(() => {
      this.#isStopped = true;
    }, limitMs);
    await this.#pumping;
    clearTimeout(timer);
    this.#isStopped = true;
    this.#receipts.close();
    const left = this.#queue.waiting;
    if (left > 0) {
      this.#countLost(left);
      this.#deps.log.error({ events: left }, 'events that waited at the end are lost');
    }
    this.#report();
  }

  #takeShared(data: Uint8Array): void {
    const message = readSharedMessage(data);
    if (message === undefined) {
      this.counters.unreadable += 1;
      return;
    }
    const { header, body } = message;
    const isNew = this.#deps.losses.takeShared(header);
    if (header.isVoid) return;
    if (isNew) this.#push({ data: body, count: header.count, header });
    else this.counters.repeated += header.count;
  }

  #push(message: QueuedMessage): void {
    this.counters.messages += 1;
    const dropped = this.#queue.push(message);
    if (dropped > 0) this.#skip(dropped);
    this.#pumping ??= this.#pump();
  }

  #skip(events: number): void {
    this.counters.skipped += events;
    this.#skippedSinceReport += events;
    this.#countLost(events);
    this.#deps.onLag();
    this.#report();
  }

  /** They were answered 200 by a frontend: received, accepted and lost. */
  #countLost(events: number): void {
    const { ledger } = this.#deps;
    ledger.received += events;
    ledger.accepted += events;
    ledger.lost += events;
  }

  async #pump(): Promise<void> {
    // What comes within one event-loop turn goes to the engine together.
    await nextTurn();
    try {
      while (this.#queue.waiting > 0 && !this.#isStopped) {
        const messages = this.#queue.take(BATCH_EVENTS);
        await this.#hand(this.#decode(messages));
        for (const { header } of messages) if (header !== undefined) this.#receipts.settle(header);
        await nextTurn();
      }
    } catch (err) {
      this.#deps.log.error({ err }, 'the engine failed to take events');
    } finally {
      this.#pumping = undefined;
    }
  }

  async #hand(events: readonly NormalizedEvent[]): Promise<void> {
    const { engine, ledger } = this.#deps;
    if (events.length === 0) return;
    let handed = false;
    this.#handing = events.length;
    try {
      while (!handed && !this.#isStopped) {
        const answer = engine.submit(events);
        const admission = typeof answer === 'string' ? answer : await answer;
        handed = admission === 'admitted';
        if (admission === 'closing') this.#isStopped = true;
      }
    } finally {
      this.#handing = 0;
      if (handed) ledger.received += events.length;
      else this.#countLost(events.length);
    }
  }

  #decode(messages: readonly QueuedMessage[]): NormalizedEvent[] {
    const events: NormalizedEvent[] = [];
    for (const message of messages) {
      if (message.header === undefined) this.#decodePlain(message, events);
      else this.#decodeShared(message, message.header, events);
    }
    return events;
  }

  #decodePlain({ data }: QueuedMessage, events: NormalizedEvent[]): void {
    const read = readWireEvent(data);
    if (!('fault' in read)) {
      events.push(read);
      return;
    }
    const { ledger } = this.#deps;
    ledger.received += 1;
    ledger.refused[read.fault.status] += 1;
    this.counters.unreadable += 1;
    this.#unreadable = { fault: read.fault, events: (this.#unreadable?.events ?? 0) + 1 };
  }

  #decodeShared(
    { data, count }: QueuedMessage,
    header: SharedHeader,
    events: NormalizedEvent[],
  ): void {
    const read = readSharedEvents(data, header);
    if (read !== undefined) {
      for (const event of read) events.push(event);
      return;
    }
    this.counters.unreadable += 1;
    this.#countLost(count);
    this.#deps.log.error({ events: count }, 'a message of a frontend of ours cannot be read');
  }

  /** At once, then at most once a second. */
  #report(): void {
    const { log } = this.#deps;
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < REPORT_MS) return;
    const skipped = this.#skippedSinceReport;
    if (skipped === 0 && this.#unreadable === undefined) return;
    this.#reportedMs = nowMs;
    if (skipped > 0) {
      this.#skippedSinceReport = 0;
      // The reference's text (SPEC §9), which operators search for.
      log.error({ events: skipped }, `filtering lagged and skipped ${String(skipped)} events`);
    }
    if (this.#unreadable === undefined) return;
    const { fault, events } = this.#unreadable;
    const { field, problem } = fault;
    log.warn({ events, field, problem }, 'messages that are no valid event were skipped');
    this.#unreadable = undefined;
  }
}

/** The conn_id of a message without reading it whole: quotes within texts are escaped, so the key is found nowhere else. */
function connIdOf(data: Uint8Array): number {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const at = bytes.indexOf(CONN_ID);
  if (at < 0) return 0;
  let connId = 0;
  for (let index = at + CONN_ID.length; index < bytes.length; index += 1) {
    const digit = (bytes[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    connId = connId * 10 + digit;
  }
  return connId;
}
