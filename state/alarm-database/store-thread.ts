import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlarmDatabase } from './alarm-database.ts';
import { answerQuestion } from './answer-question.ts';
import type { ChangeBatch, FilePlaces } from './change-batch.ts';
import { DatabaseError } from './database.ts';
import { DiskWork } from './disk-work.ts';
import { fillFromFiles } from './fill-from-files.ts';
import { StoreLayoutError } from './schema.ts';
import type { DatabaseOptions, StoreNote, StoreReport, StoreRequest } from './store-request.ts';

/** With more rows waiting to be written, no further batch is asked for, and the files are read no further. */
const MOST_WAITING_ROWS = 50_000;
const REFILL_MS = 10_000;
/** A file of this name in the folder says that the database was found unreadable. */
const UNREADABLE = 'unreadable';

type Post = (report: StoreReport) => void;

/** The store's side of the conversation: takes requests one after the other, and writes to disk in between. */
export class StoreThread {
  readonly #options: DatabaseOptions;
  readonly #post: Post;
  readonly #database: AlarmDatabase;
  readonly #work: DiskWork;
  #isClosing = false;
  #filling: Promise<void> = Promise.resolve();
  /** Whether the files are to be read once more when they have been read. */
  #isRereadDue = false;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** The batch whose receipt has not been told, because too much waits. */
  #unacknowledged: number | undefined;

  /** Opens or creates the store, and begins to read what the files have beyond it; throws when neither is possible. */
  constructor(options: DatabaseOptions, post: Post) {
    this.#options = options;
    this.#post = post;
    this.#database = openOrReplace(options, this.#note);
    this.#work = new DiskWork({
      database: this.#database,
      saved: (batch) => {
        post({ type: 'saved', batch });
      },
      failing: (reason) => {
        post({ type: 'failing', reason });
      },
      nowMs: () => performance.now(),
    });
    this.#fill(this.#database.checkpoint);
    this.#schedule(0);
  }

  take(request: StoreRequest): void {
    switch (request.type) {
      case 'apply':
        this.#apply(request.batch);
        break;
      case 'ask':
        this.#answer(request);
        break;
      case 'reread':
        this.#reread();
        break;
      case 'retain':
        this.#database.retainAge(request.now);
        break;
      case 'close':
        void this.#close();
        break;
    }
    this.#schedule(0);
  }

  #apply(batch: ChangeBatch): void {
    try {
      this.#database.apply(batch);
    } catch (err) {
      this.#rethrowUnreadable(err);
      this.#work.fail(err);
    }
    this.#unacknowledged = batch.number;
    this.#acknowledge();
  }

  #acknowledge(): void {
    const batch = this.#unacknowledged;
    if (batch === undefined || !this.#hasRoom()) return;
    this.#unacknowledged = undefined;
    const { columns, bytes } = this.#database;
    this.#post({ type: 'applied', batch, bytes, alarms: columns.shown });
  }

  #answer(asked: Extract<StoreRequest, { readonly type: 'ask' }>): void {
    const { id } = asked;
    try {
      this.#post({ type: 'answered', id, answer: answerQuestion(this.#database, asked) });
    } catch (err) {
      this.#post({ type: 'refused', id, reason: reasonOf(err) });
      this.#rethrowUnreadable(err);
    }
  }

  /** At once means after what other messages wait. */
  #schedule(delayMs: number): void {
    if (this.#isClosing || this.#isDue) return;
    clearTimeout(this.#timer);
    if (delayMs > 0) {
      this.#timer = setTimeout(this.#step, delayMs);
      return;
    }
    this.#isDue = true;
    setImmediate(this.#step);
  }

  readonly #step = (): void => {
    this.#isDue = false;
    if (this.#isClosing) return;
    let delayMs: number;
    try {
      delayMs = this.#work.step();
    } catch (err) {
      this.#rethrowUnreadable(err);
      throw err;
    }
    this.#acknowledge();
    this.#schedule(delayMs);
  };

  /** While they are read, they may have been read already beyond what is wanted. */
  #reread(): void {
    this.#isRereadDue = this.#database.isFilling;
    if (this.#isRereadDue) return;
    this.#database.beginRereading();
    this.#fill(this.#database.rows.checkpoint);
  }

  #fill(from: FilePlaces | undefined): void {
    this.#filling = fillFromFiles({
      ...{ database: this.#database, options: this.#options, from, note: this.#note },
      room: () => this.#room(),
      isStopped: () => this.#isClosing,
    })
      .then(() => {
        if (this.#isRereadDue && !this.#isClosing) this.#reread();
      })
      .catch((err: unknown) => {
        this.#rethrowUnreadable(err);
        this.#note({ what: 'fill-failed', reason: reasonOf(err) });
        setTimeout(() => {
          if (!this.#isClosing) this.#fill(from);
        }, REFILL_MS).unref();
      });
  }

  async #room(): Promise<void> {
    do {
      await new Promise((resolve) => setImmediate(resolve));
    } while (!this.#hasRoom() && !this.#isClosing);
  }

  #hasRoom(): boolean {
    return this.#database.rows.waiting <= MOST_WAITING_ROWS;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    await this.#filling;
    try {
      this.#work.finish();
      this.#database.close();
    } catch (err) {
      this.#post({ type: 'failing', reason: reasonOf(err) });
    }
    this.#post({ type: 'closed' });
  }

  readonly #note = (note: StoreNote): void => {
    this.#post({ type: 'note', note });
  };

  /** What cannot be read now is moved aside by the next start of this thread, which follows at once. */
  #rethrowUnreadable(err: unknown): void {
    if (!(err instanceof DatabaseError) || !err.isUnreadable) return;
    writeFileSync(join(this.#options.folder, UNREADABLE), err.message);
    throw err;
  }
}

function openOrReplace(options: DatabaseOptions, note: (note: StoreNote) => void): AlarmDatabase {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  try {
    if (existsSync(join(folder, UNREADABLE))) throw new StoreLayoutError('it could not be read');
    return new AlarmDatabase(options);
  } catch (err) {
    if (!isHopeless(err)) throw err;
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const path = `${folder}.${time}-${String(process.pid)}`;
    renameSync(folder, path);
    mkdirSync(folder);
    note({ what: 'moved-aside', path, reason: reasonOf(err) });
    return new AlarmDatabase(options);
  }
}

function isHopeless(err: unknown): boolean {
  if (err instanceof DatabaseError) return err.isUnreadable;
  return err instanceof StoreLayoutError || err instanceof SyntaxError;
}

function reasonOf(err: unknown): string {
  return err instanceof Error ? err.message : String(err);
}
