// The file under an append file: follows its name over rotation and never leaves half a line behind.

import type Logger from 'bunyan';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { isMissing } from './system-error.ts';

const NEWLINE = 0x0a;
/** Read and append, created when missing; every write goes to the end, wherever that is by then. */
const APPEND_AND_READ = 'a+';

/** Whole lines on their way to the file; `offset` is the first byte that is not on file yet. */
export interface PendingLines {
  readonly bytes: Buffer;
  offset: number;
}

export interface LineFile {
  /**
   * Opens the file, or opens it again when its name no longer leads to the open handle (renamed,
   * removed); rejects with the system's error. Lines that are half written are then due whole.
   */
  follow(pending?: PendingLines): Promise<void>;
  /**
   * Appends what is pending. On an error it rejects after it has cut the file back to the last
   * whole line; `offset` then says what is left to write.
   */
  write(pending: PendingLines): Promise<void>;
  close(): Promise<void>;
}

/** The lines of `path`, appended (SPEC §7); nothing is opened before the first `follow`. A new file gets `mode`. */
export function createLineFile(path: string, log: Logger, mode = 0o666): LineFile {
  return new FollowingLineFile(path, log, mode);
}

class FollowingLineFile implements LineFile {
  readonly #path: string;
  readonly #log: Logger;
  readonly #mode: number;
  #handle: FileHandle | undefined;
  #device = 0n;
  #inode = 0n;

  constructor(path: string, log: Logger, mode: number) {
    this.#path = path;
    this.#log = log;
    this.#mode = mode;
  }

  async follow(pending?: PendingLines): Promise<void> {
    const handle = this.#handle;
    if (handle !== undefined) {
      if (await this.#isStillNamed()) return;
      this.#handle = undefined;
      await leave(handle, pending);
    }
    await this.#open();
  }

  async write(pending: PendingLines): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new Error('the file is not open');
    if (isWithinLine(pending)) await cutTornLine(handle, pending);
    const { bytes } = pending;
    try {
      while (pending.offset < bytes.length) {
        const length = bytes.length - pending.offset;
        const { bytesWritten } = await handle.write(bytes, pending.offset, length, null);
        if (bytesWritten === 0) throw new Error('the file takes no more bytes');
        pending.offset += bytesWritten;
      }
    } catch (err) {
      // A cut that fails too is tried again before the next write.
      if (isWithinLine(pending)) await cutTornLine(handle, pending).catch(ignore);
      throw err;
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #isStillNamed(): Promise<boolean> {
    try {
      // As bigint: an inode number may be larger than 2^53.
      const found = await stat(this.#path, { bigint: true });
      return found.ino === this.#inode && found.dev === this.#device;
    } catch (err) {
      if (isMissing(err)) return false;
      throw err;
    }
  }

  async #open(): Promise<void> {
    const handle = await open(this.#path, APPEND_AND_READ, this.#mode);
    try {
      const found = await handle.stat({ bigint: true });
      if (found.isFile()) await this.#terminateTornLine(handle, Number(found.size));
      this.#inode = found.ino;
      this.#device = found.dev;
      this.#handle = handle;
    } catch (err) {
      await handle.close().catch(ignore);
      throw err;
    }
  }

  /**
   * A killed process or another program may have left half a line at the end. It gets a newline: a
   * reader then meets one bad line, whereas a cut could make it take the file for a new one.
   */
  async #terminateTornLine(handle: FileHandle, size: number): Promise<void> {
    if (size === 0) return;
    const last = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    if (last.bytesRead === 0 || last.buffer[0] === NEWLINE) return;
    await handle.write('\n');
    this.#log.warn({ path: this.#path }, 'the file ended in a torn line, which was terminated');
  }
}

/** Lets go of a rotated file; whatever it holds of the line in progress is cut off, as the line goes whole into the next one. */
async function leave(handle: FileHandle, pending: PendingLines | undefined): Promise<void> {
  if (pending !== undefined && isWithinLine(pending)) {
    await cutTornLine(handle, pending).catch(ignore);
    pending.offset = startOfLine(pending);
  }
  await handle.close().catch(ignore);
}

/**
 * Takes the part of a line that is on file back off its end and puts `offset` at the line's start.
 * Where the end is something else by now (copy-truncate), nothing is cut; where the file refuses to
 * be cut (append-only), `offset` stays and the line is continued in its place.
 */
async function cutTornLine(handle: FileHandle, pending: PendingLines): Promise<void> {
  const start = startOfLine(pending);
  const torn = pending.bytes.subarray(start, pending.offset);
  const { size } = await handle.stat();
  if (await endsWith(handle, size, torn)) {
    try {
      await handle.truncate(size - torn.length);
    } catch {
      return;
    }
  }
  pending.offset = start;
}

async function endsWith(handle: FileHandle, size: number, tail: Buffer): Promise<boolean> {
  if (size < tail.length) return false;
  const found = Buffer.alloc(tail.length);
  const { bytesRead } = await handle.read(found, 0, tail.length, size - tail.length);
  return bytesRead === tail.length && found.equals(tail);
}

function startOfLine({ bytes, offset }: PendingLines): number {
  // lastIndexOf takes -1 for the last byte of all.
  return offset === 0 ? 0 : bytes.lastIndexOf(NEWLINE, offset - 1) + 1;
}

function isWithinLine(pending: PendingLines): boolean {
  return startOfLine(pending) !== pending.offset;
}

function ignore(): void {
  // The error that led here is the one that is reported.
}
