// Who is sent what. Clients that want the same and know the same get the same bytes, made once; the work for a client is
// one write a turn, and the writes of a turn are spread over several turns of the event loop.
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import { isOpen, unreadBytes, type FeedClient } from './feed-client.ts';
import type { FeedJournal, Gathered } from './feed-journal.ts';
import type { FeedLimits } from './feed-limits.ts';
import { FEED_VERSION } from './feed-message.ts';
import {
  getOrMake,
  selectUpdates,
  UpdateTexts,
  type FeedSelector,
  type Selection,
} from './feed-selection.ts';
import { createFrame, type WebSocketFrame } from './web-socket-frame.ts';

export interface DeliveryDeps {
  readonly journal: FeedJournal;
  readonly limits: FeedLimits;
  readonly epoch: string;
  /** Unix milliseconds with fraction. */
  readonly wallMs: () => number;
  /** Ends a client that does not read. */
  readonly dropSlow: (client: FeedClient) => void;
}

interface Batch {
  readonly selector: FeedSelector;
  readonly seen: number;
  readonly position: number;
  readonly clients: FeedClient[];
}

interface KeptSnapshot {
  readonly frame: WebSocketFrame;
  readonly sequence: number;
  readonly turn: number;
  readonly madeMs: number;
}

const WRITES_AT_ONCE = 100;
/** From so many clients on compressing a frame takes less time than writing it. */
const WORTH_COMPRESSING = 3;
/** Clients that may have something large to read that was made for them alone; the others wait. */
const MOST_OWN_FRAMES = 200;

/** Brings clients up to date. */
export class FeedDelivery {
  readonly #deps: DeliveryDeps;
  readonly #snapshots = new Map<string, KeptSnapshot>();
  #writes: { readonly client: FeedClient; readonly bytes: Buffer }[] = [];
  #nextWrite = 0;
  #ownFrames = 0;

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  /** Sends what the turns that ended hold; passes a turn over while writes of the last one are left. */
  deliver(clients: Iterable<FeedClient>, nowMs: number): void {
    if (this.#writes.length > 0) return;
    this.#forgetSnapshots(nowMs);
    const batches = new Map<string, Batch>();
    this.#ownFrames = 0;
    for (const client of clients) {
      if (!isOpen(client)) continue;
      if (this.#isBehind(client, nowMs)) continue;
      if (client.isJoined) this.#addToBatch(batches, client, nowMs);
      else this.join(client, nowMs);
    }
    const select = this.#createSelect();
    for (const batch of batches.values()) this.#sendBatch(batch, select(batch), nowMs);
    this.#write();
  }

  /** Greets a new client with the alarms of the moment or with what it missed; it waits while too many others do. */
  join(client: FeedClient, nowMs: number): void {
    if (this.#ownFrames >= MOST_OWN_FRAMES) return;
    const { journal, epoch, wallMs } = this.#deps;
    const { resume } = client;
    const turn = resume?.epoch === epoch ? journal.turnBefore(resume.since) : undefined;
    const hello = {
      ...{ v: FEED_VERSION, kind: 'hello', time: wallMs() / 1000, feed_epoch: epoch },
      ...{ sequence: journal.settled, resumed: turn !== undefined },
    };
    this.#enqueue(client, createFrame(JSON.stringify(hello)).plain(), nowMs);
    client.isJoined = true;
    if (turn === undefined || resume === undefined) {
      this.#sendSnapshot(client, nowMs);
    } else {
      client.seen = turn;
      client.position = resume.since;
    }
    this.#write();
  }

  /** Writes all that is left at once, for an end. */
  flush(): void {
    this.#writeUntil(this.#writes.length);
  }

  #isBehind(client: FeedClient, nowMs: number): boolean {
    const { limits, dropSlow } = this.#deps;
    if (unreadBytes(client) <= limits.unreadBytes) {
      client.behindSinceMs = undefined;
      client.hasOwnFrame = false;
      return false;
    }
    client.behindSinceMs ??= nowMs;
    if (client.hasOwnFrame) this.#ownFrames += 1;
    if (nowMs - client.behindSinceMs >= limits.slowMs) dropSlow(client);
    return true;
  }

  #addToBatch(batches: Map<string, Batch>, client: FeedClient, nowMs: number): void {
    const { journal, limits } = this.#deps;
    const { selector, seen, position } = client;
    if (seen === journal.lastTurn && nowMs - client.sentMs < limits.quietMs) return;
    if (!journal.reaches(seen)) {
      this.#sendSnapshot(client, nowMs);
      return;
    }
    const key = `${String(seen)} ${String(position)} ${selector.key}`;
    const batch = batches.get(key);
    if (batch === undefined) batches.set(key, { selector, seen, position, clients: [client] });
    else batch.clients.push(client);
  }

  /** Selects for batches of one turn, each thing once: merging turns, the JSON of an update, a filter's choice. */
  #createSelect(): (batch: Batch) => Selection {
    const { journal } = this.#deps;
    const texts = new UpdateTexts();
    const find = journal.recent.get.bind(journal.recent);
    const gathered = new Map<number, Gathered>();
    const selections = new Map<string, Selection>();
    return ({ selector, seen }) => {
      const key = `${String(seen)} ${selector.key}`;
      return getOrMake(selections, key, () => {
        const missed = getOrMake(gathered, seen, () => journal.since(seen));
        return selectUpdates(missed, selector, { find, texts });
      });
    };
  }

  #sendBatch({ seen, position, clients }: Batch, selection: Selection, nowMs: number): void {
    const { journal, limits } = this.#deps;
    const isCatchingUp = journal.lastTurn - seen > 1;
    const { texts, omitted } = selection;
    if (isCatchingUp && texts.length > 2 * limits.snapshotAlarms) {
      for (const client of clients) this.#sendSnapshot(client, nowMs);
      return;
    }
    const receivers =
      texts.length > 0 || omitted > 0
        ? clients
        : clients.filter(({ sentMs }) => nowMs - sentMs >= limits.quietMs);
    for (const client of clients) client.seen = journal.lastTurn;
    if (receivers.length === 0) return;
    const head = {
      ...{ v: FEED_VERSION, kind: 'updates', from: position + 1, to: journal.settled },
      ...(omitted > 0 && { omitted }),
    };
    const frame = createFrame(
      `${JSON.stringify(head).slice(0, -1)},"updates":[${texts.join(',')}]}`,
    );
    for (const client of receivers) {
      client.position = journal.settled;
      this.#sendFrame(client, { frame, receivers: receivers.length, nowMs });
      if (isCatchingUp) client.hasOwnFrame = true;
    }
  }

  #sendSnapshot(client: FeedClient, nowMs: number): void {
    const { selector } = client;
    let kept = this.#snapshots.get(selector.key);
    if (kept === undefined) {
      kept = this.#makeSnapshot(selector, nowMs);
      this.#snapshots.set(selector.key, kept);
    }
    client.seen = kept.turn;
    client.position = kept.sequence;
    client.hasOwnFrame = true;
    this.#ownFrames += 1;
    this.#sendFrame(client, { frame: kept.frame, receivers: this.#ownFrames, nowMs });
  }

  /** The newest alarms that fit, as of now: they may be newer than the last turn, whose followers then come again. */
  #makeSnapshot(selector: FeedSelector, nowMs: number): KeptSnapshot {
    const { journal, limits } = this.#deps;
    const alarms: AlarmState[] = [];
    let total = 0;
    for (const entry of [...journal.recent.entries()].reverse()) {
      if (!selector.fits(entry)) continue;
      total += 1;
      if (alarms.length < limits.snapshotAlarms) alarms.push(entry.state);
    }
    const sequence = journal.newest;
    const head = { v: FEED_VERSION, kind: 'snapshot', from: 0, to: sequence };
    const frame = createFrame(JSON.stringify({ ...head, total, alarms }));
    return { frame, sequence, turn: journal.lastTurn, madeMs: nowMs };
  }

  #forgetSnapshots(nowMs: number): void {
    for (const [key, { madeMs }] of this.#snapshots) {
      if (nowMs - madeMs >= this.#deps.limits.periodMs) this.#snapshots.delete(key);
    }
  }

  #sendFrame(
    client: FeedClient,
    { frame, receivers, nowMs }: { frame: WebSocketFrame; receivers: number; nowMs: number },
  ): void {
    const isCompressed = client.deflates && receivers >= WORTH_COMPRESSING;
    this.#enqueue(client, isCompressed ? frame.deflated() : frame.plain(), nowMs);
  }

  #enqueue(client: FeedClient, bytes: Buffer, nowMs: number): void {
    client.sentMs = nowMs;
    this.#writes.push({ client, bytes });
  }

  #write(): void {
    const wasWaiting = this.#nextWrite > 0;
    if (wasWaiting) return;
    this.#writeUntil(WRITES_AT_ONCE);
    if (this.#writes.length > 0) setImmediate(this.#writeOn);
  }

  readonly #writeOn = (): void => {
    this.#writeUntil(this.#nextWrite + WRITES_AT_ONCE);
    if (this.#writes.length > 0) setImmediate(this.#writeOn);
  };

  #writeUntil(end: number): void {
    for (; this.#nextWrite < Math.min(end, this.#writes.length); this.#nextWrite += 1) {
      const write = this.#writes[this.#nextWrite];
      if (write !== undefined && isOpen(write.client)) write.client.socket.write(write.bytes);
    }
    if (this.#nextWrite < this.#writes.length) return;
    this.#writes = [];
    this.#nextWrite = 0;
  }
}
