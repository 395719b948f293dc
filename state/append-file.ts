// One alarm file (SPEC §7): gathers lines while a write is under way, so that at most one write is
// in flight, and keeps what a failing disk does not take. The actor that decides the lines calls it.

import type Logger from 'bunyan';
import type { LineCounts } from '../core/ledger/ledger.ts';
import { createFailureReport, type FailureReport } from './failure-report.ts';
import { createLineFile, type LineFile, type PendingLines } from './line-file.ts';

/** One write takes at most about this much: the text of a long failure would outgrow one string. */
const CHUNK_CHARACTERS = 1024 * 1024;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 2_000;
/** What an attempt gets that is under way when the time for closing is over. */
const LAST_ATTEMPT_MS = 500;
const NEWLINE = 0x0a;

export interface AppendFileOptions {
  readonly path: string;
  readonly log: Logger;
  /** The file's part of the ledger, kept by the append file alone. */
  readonly counts: LineCounts;
  /** Wait before the first retry of a failed write; doubled to 2 s at most. Default 250. */
  readonly retryMs?: number;
  /** Who may use a new file; default 0o666, of which the umask takes away. */
  readonly mode?: number;
}

export interface AppendFile {
  /**
   * Takes `lines` whole lines, each with its newline. `onWritten` runs once, when all of them are on
   * file; while the file fails it does not run, which is the back-pressure: what waits is bounded by
   * the caller alone. After the file was closed the lines are lost.
   */
  append(text: string, lines: number, onWritten?: () => void): void;
  /** Resolves when everything taken so far is on file. */
  flushed(): Promise<void>;
  /** Failed attempts to write or to open the file. */
  readonly errors: number;
  /** Age of the oldest waiting line in milliseconds, 0 when none waits. */
  flushLagMs(): number;
  /** Waits until everything is on file, however long that takes, and closes. */
  close(): Promise<void>;
  /** As `close`, but gives up after `ms` (at most 0.5 s later while a write hangs): what is not known to be on file by then is lost. */
  closeWithin(ms: number): Promise<void>;
}

/** Opens or creates the file; rejects with the system's error when that fails. */
export async function createAppendFile(options: AppendFileOptions): Promise<AppendFile> {
  const file = createLineFile(options.path, options.log, options.mode);
  await file.follow();
  return new GatheringAppendFile(options, file);
}

interface Chunk {
  text: string;
  lines: number;
  readonly since: number;
  readonly onWritten: (() => void)[];
}

class GatheringAppendFile implements AppendFile {
  readonly #file: LineFile;
  readonly #path: string;
  readonly #log: Logger;
  readonly #counts: LineCounts;
  readonly #report: FailureReport;
  readonly #firstRetryMs: number;

  #gathering: Chunk | undefined;
  readonly #full: Chunk[] = [];
  #writing: Chunk | undefined;
  /** While lines wait: settles when they are on file, or given up. */
  #flushing: Promise<void> | undefined;
  #isGivenUp = false;
  #isClosed = false;
  #hasLostLate = false;
  #wake: (() => void) | undefined;

  constructor(options: AppendFileOptions, file: LineFile) {
    this.#file = file;
    this.#path = options.path;
    this.#log = options.log;
    this.#counts = options.counts;
    this.#report = createFailureReport(options.log, {
      failed: 'writing a file fails, its lines wait',
      recovered: 'writing the file works again',
      fields: { path: options.path },
    });
    this.#firstRetryMs = options.retryMs ?? FIRST_RETRY_MS;
  }

  get errors(): number {
    return this.#report.failures;
  }

  append(text: string, lines: number, onWritten?: () => void): void {
    this.#counts.decided += lines;
    if (this.#isClosed || this.#isGivenUp) {
      this.#loseLate(lines);
      return;
    }
    this.#counts.waiting += lines;
    let chunk = this.#gathering;
    if (chunk === undefined) {
      chunk = { text: '', lines: 0, since: performance.now(), onWritten: [] };
      this.#gathering = chunk;
    }
    chunk.text += text;
    chunk.lines += lines;
    if (onWritten !== undefined) chunk.onWritten.push(onWritten);
    if (chunk.text.length >= CHUNK_CHARACTERS) {
      this.#full.push(chunk);
      this.#gathering = undefined;
    }
    this.#flushing ??= this.#flush();
  }

  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#flushing === undefined) resolve();
      else this.append('', 0, resolve);
    });
  }

  flushLagMs(): number {
    const oldest = this.#writing ?? this.#full[0] ?? this.#gathering;
    return oldest === undefined ? 0 : performance.now() - oldest.since;
  }

  async close(): Promise<void> {
    this.#wake?.();
    while (this.#flushing !== undefined) await this.#flushing;
    this.#isClosed = true;
    await this.#closeFile();
  }

  async closeWithin(ms: number): Promise<void> {
    const closed = this.close();
    await withinMs(closed, ms);
    if (this.#isClosed) return;
    this.#isGivenUp = true;
    this.#wake?.();
    // Only when it has ended is it known which lines are on file, and is half a line cut back.
    await withinMs(closed, LAST_ATTEMPT_MS);
    this.#isClosed = true;
    this.#loseWaiting();
  }

  async #flush(): Promise<void> {
    let retryMs = this.#firstRetryMs;
    let pending: PendingLines | undefined;
    while (this.#hasWork()) {
      const before = pending?.offset ?? 0;
      try {
        await this.#file.follow(pending);
        // Taken only now: what came while the file was looked at goes with it.
        pending ??= this.#takePending();
        await this.#file.write(pending);
        pending = undefined;
        retryMs = this.#firstRetryMs;
        this.#report.recovered();
        this.#settle();
      } catch (err) {
        this.#report.failed(err);
        if (pending !== undefined) this.#countWritten(pending, before);
        await this.#pause(retryMs);
        retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
      }
    }
    this.#flushing = undefined;
  }

  #hasWork(): boolean {
    if (this.#isGivenUp) return false;
    return (this.#writing ?? this.#full[0] ?? this.#gathering) !== undefined;
  }

  #takePending(): PendingLines {
    let chunk = this.#full.shift();
    if (chunk === undefined) {
      chunk = this.#gathering;
      this.#gathering = undefined;
    }
    this.#writing = chunk;
    return { bytes: Buffer.from(chunk?.text ?? '', 'utf8'), offset: 0 };
  }

  /** Lines of a chunk that a failing write did put on file. */
  #countWritten({ bytes, offset }: PendingLines, from: number): void {
    const chunk = this.#writing;
    if (chunk === undefined || this.#isClosed) return;
    let lines = 0;
    for (let at = from; at < offset; at += 1) if (bytes[at] === NEWLINE) lines += 1;
    chunk.lines -= lines;
    this.#counts.waiting -= lines;
    this.#counts.written += lines;
  }

  #settle(): void {
    const chunk = this.#writing;
    this.#writing = undefined;
    if (chunk === undefined || this.#isClosed) return;
    this.#counts.waiting -= chunk.lines;
    this.#counts.written += chunk.lines;
    for (const onWritten of chunk.onWritten) {
      try {
        onWritten();
      } catch (err) {
        this.#log.error({ path: this.#path, err }, 'a report of written lines failed');
      }
    }
  }

  /** Waits, unless the file is closed meanwhile: then it is tried at once. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isGivenUp) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #loseWaiting(): void {
    const { waiting } = this.#counts;
    this.#counts.waiting = 0;
    this.#counts.lost += waiting;
    if (waiting === 0) return;
    this.#log.error({ path: this.#path, lines: waiting }, 'lines are lost, no time is left');
  }

  #loseLate(lines: number): void {
    this.#counts.lost += lines;
    if (this.#hasLostLate) return;
    this.#hasLostLate = true;
    this.#log.error({ path: this.#path }, 'lines are lost, the file is closed');
  }

  async #closeFile(): Promise<void> {
    try {
      await this.#file.close();
    } catch (err) {
      this.#log.error({ path: this.#path, err }, 'closing a file failed');
    }
  }
}

/** Waits for the end of the work, but no longer than `ms`. */
async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
