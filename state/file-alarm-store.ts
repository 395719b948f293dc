// The durable alarm store: its thread has it (alarm-database/); this side gathers what the engine tells, so that correlation
// never waits for it, and hands questions on.
import { rename, stat } from 'node:fs/promises';
import type Logger from 'bunyan';
import { ChangeGatherer } from './alarm-database/change-gatherer.ts';
import { PlaceWatch } from './alarm-database/place-watch.ts';
import { StorePort, type Filling } from './alarm-database/store-port.ts';
import type { QuestionName, StoreQuestions } from './alarm-database/store-request.ts';
import {
  AlarmStoreClosedError,
  type AlarmStore,
  type AlarmStoreFigures,
  type PlacedChange,
} from './alarm-store.ts';
import { isMissing } from './system-error.ts';

/** How long changes are gathered when nobody asks. */
const FLUSH_MS = 200;
const RETAIN_EVERY_MS = 60_000;

/** Where the store is, what it is filled from, and how much it keeps. */
export interface FileAlarmStoreOptions {
  /** The store's own folder, created when missing: `<log-dir>/alarm-store`. */
  readonly folder: string;
  /** The alarm file (SPEC §6), beside which its rotated ones are. */
  readonly alarmFile: string;
  /** The record of operator actions: a line of JSON for each. */
  readonly operatorRecord: string;
  /** The most alarms. */
  readonly limit: number;
  /** How long after its update_time an alarm is kept that does not run. */
  readonly retentionSeconds: number;
  /** The last entry of --status. */
  readonly closedStatus: string;
  /** What a line without status or tag stands for. */
  readonly initial: { readonly status: string; readonly tag: string };
  readonly clock: { wallMs(): number; monotonicMs(): number };
  readonly log: Logger;
}

/**
 * Opens or creates the store. It answers from the moment that its thread has it, and while it reads older alarms from the
 * files; what fails is logged and tried again, and never holds up the caller.
 */
export async function createFileAlarmStore(options: FileAlarmStoreOptions): Promise<AlarmStore> {
  const store = new FileAlarmStore(options);
  await store.begin();
  return {
    apply: (changes) => store.apply(changes),
    list: (query) => store.ask('list', query),
    facets: (query) => store.ask('facets', query),
    get: (id) => store.ask('get', id),
    events: (query) => store.ask('events', query),
    statistics: (query) => store.ask('statistics', query),
    countByAddress: (addresses, exceptId) => store.ask('countByAddress', { addresses, exceptId }),
    find: (ids) => store.ask('find', ids),
    select: (selection) => store.ask('select', selection),
    snapshot: (limit) => store.ask('snapshot', limit),
    interruptAllBut: (ids) => store.interruptAllBut(ids),
    figures: () => store.figures(),
    close: () => store.close(),
  };
}

/** What a rebuilt store has, and where the former one is; undefined when there was none. */
export interface Rebuilding extends Filling {
  readonly aside: string | undefined;
}

/**
 * Makes the store again from the alarm files and the record of operator actions; the former one is moved aside. The engine
 * must not run. Rejects with the system's error.
 */
export async function rebuildAlarmStore(options: FileAlarmStoreOptions): Promise<Rebuilding> {
  const { folder, clock } = options;
  const aside = `${folder}.${String(Math.floor(clock.wallMs()))}`;
  const hadOne = await isThere(folder);
  if (hadOne) await rename(folder, aside);
  const store = new FileAlarmStore(options);
  // a store keeps no process alive by itself
  const alive = setInterval(() => undefined, FLUSH_MS);
  try {
    await store.begin();
    return { ...(await store.filled), aside: hadOne ? aside : undefined };
  } finally {
    await store.close();
    clearInterval(alive);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (err) {
    if (isMissing(err)) return false;
    throw err;
  }
}

interface SentBatch {
  readonly number: number;
  readonly lines: number;
  readonly sinceMs: number;
}

class FileAlarmStore {
  readonly #options: FileAlarmStoreOptions;
  readonly #gatherer = new ChangeGatherer();
  readonly #places: PlaceWatch;
  readonly #port: StorePort;
  readonly #timer: NodeJS.Timeout;
  readonly #retaining: NodeJS.Timeout;
  #lastBatch = 0;
  /** Sent, and not yet known to be on disk. */
  #sent: SentBatch[] = [];
  #isSending = false;
  /** When the oldest change came that waits here; undefined when none does. */
  #waitsSinceMs: number | undefined;
  #decided = 0;
  #written = 0;
  #lost = 0;
  /** Whether states were lost that the files have: they are read again. */
  #hasGap = false;
  #isClosed = false;
  #tellFilled: (filling: Filling) => void = () => undefined;
  /** Resolves when the files have been read. */
  readonly filled: Promise<Filling>;

  constructor(options: FileAlarmStoreOptions) {
    this.#options = options;
    const { alarmFile, operatorRecord, log } = options;
    this.filled = new Promise((resolve) => {
      this.#tellFilled = resolve;
    });
    this.#places = new PlaceWatch({ alarmFile, operatorRecord });
    this.#port = new StorePort({
      options: toPlain(options),
      log,
      onApplied: () => {
        this.#isSending = false;
      },
      onSaved: (batch) => {
        this.#settle(batch);
      },
      onFilled: (filling) => {
        this.#hasGap = false;
        this.#retain();
        this.#tellFilled(filling);
      },
      onRestart: () => {
        this.#loseSent();
      },
    });
    this.#timer = setInterval(() => {
      this.#tick();
    }, FLUSH_MS);
    this.#retaining = setInterval(() => {
      this.#retain();
    }, RETAIN_EVERY_MS);
    this.#timer.unref();
    this.#retaining.unref();
  }

  async begin(): Promise<void> {
    await this.#places.look();
  }

  apply(changes: readonly PlacedChange[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new AlarmStoreClosedError());
    const before = this.#gatherer.lines + this.#gatherer.lost;
    this.#gatherer.add(changes);
    this.#decided += this.#gatherer.lines + this.#gatherer.lost - before;
    this.#waitsSinceMs ??= this.#options.clock.monotonicMs();
    return Promise.resolve();
  }

  ask<Name extends QuestionName>(
    question: Name,
    given: StoreQuestions[Name]['given'],
  ): Promise<StoreQuestions[Name]['answer']> {
    if (this.#isClosed) return Promise.reject(new AlarmStoreClosedError());
    if (!this.#gatherer.isEmpty) this.#send();
    return this.#port.ask(question, given);
  }

  interruptAllBut(liveIds: readonly string[]): Promise<number> {
    const former = { liveIds, since: Math.floor(this.#options.clock.wallMs() / 1000) };
    this.#port.former = former;
    return this.ask('interruptAllBut', former);
  }

  figures(): AlarmStoreFigures {
    const oldest = this.#sent[0]?.sinceMs ?? this.#waitsSinceMs;
    const lagMs = oldest === undefined ? 0 : this.#options.clock.monotonicMs() - oldest;
    const { alarms, bytes, failure } = this.#port;
    return {
      ...{ kind: 'file', alarms, bytes, lagSeconds: lagMs / 1000, failure },
      ...{ decided: this.#decided, written: this.#written, lost: this.#lost },
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearInterval(this.#retaining);
    await this.#places.lookLast();
    this.#send();
    await this.#port.close();
    this.#loseSent();
    this.#lost += this.#gatherer.lines + this.#gatherer.lost;
  }

  #tick(): void {
    this.#places.tick();
    // a store that is behind gets all at once when it has caught up
    if (this.#isSending) return;
    if (!this.#gatherer.isEmpty || this.#places.isNew) this.#send();
  }

  #retain(): void {
    const now = Math.floor(this.#options.clock.wallMs() / 1000);
    this.#port.send({ type: 'retain', now });
  }

  #send(): void {
    // without a thread all is gathered on for the next one
    if (!this.#port.isThere) return;
    const { lines, lost } = this.#gatherer;
    this.#lastBatch += 1;
    if (lost > 0) {
      this.#lost += lost;
      this.#hasGap = true;
    }
    const now = Math.floor(this.#options.clock.wallMs() / 1000);
    const places = this.#hasGap ? undefined : this.#places.take();
    const batch = this.#gatherer.take({ number: this.#lastBatch, places, now });
    const sinceMs = this.#waitsSinceMs ?? this.#options.clock.monotonicMs();
    this.#waitsSinceMs = undefined;
    this.#sent.push({ number: this.#lastBatch, lines, sinceMs });
    this.#isSending = this.#port.apply(batch);
    if (lost > 0) this.#port.send({ type: 'reread' });
  }

  #settle(batch: number): void {
    const saved = this.#sent.filter(({ number }) => number <= batch);
    this.#sent = this.#sent.slice(saved.length);
    for (const { lines } of saved) this.#written += lines;
  }

  /** What a thread had that has ended: the next one reads the states from the files. */
  #loseSent(): void {
    for (const { lines } of this.#sent) this.#lost += lines;
    this.#sent = [];
    this.#isSending = false;
  }
}

function toPlain(
  options: FileAlarmStoreOptions,
): ConstructorParameters<typeof StorePort>[0]['options'] {
  const { folder, alarmFile, operatorRecord, limit, retentionSeconds } = options;
  const { closedStatus, initial } = options;
  return { folder, alarmFile, operatorRecord, limit, retentionSeconds, closedStatus, initial };
}
