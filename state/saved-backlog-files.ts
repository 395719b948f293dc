// The files of SPEC §10, `<log-dir>/backlogs/<directive id>.json`: the live backlogs of one directive
// between two runs. A file stays until its manager has taken its backlogs over, so that a crash during
// the start loses none; from then until the next orderly stop they are in memory only, as SPEC has it.

import type Logger from 'bunyan';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryName, writeFileAtomically } from './atomic-file.ts';
import { formatJsonArray, JsonArrayError, parseJsonArray } from './json-array.ts';
import { findAsidePath, moveAside } from './move-aside.ts';
import { isMissing } from './system-error.ts';

const FOLDER = 'backlogs';
/** What could not be used; nothing in it is ever loaded. */
const ASIDE_FOLDER = 'aside';
const EXTENSION = '.json';
const FILE_NAME = /^([1-9]\d{0,15})\.json$/;

/** The content of one file, to be checked backlog by backlog by the caller. */
export interface SavedBacklogFile {
  readonly directiveId: number;
  readonly path: string;
  readonly backlogs: readonly unknown[];
}

export interface SavedBacklogFiles {
  /**
   * The usable files, one at a time, lowest directive id first. What is no JSON array of a directive
   * is set aside on the way, leftovers of a crash are removed. Never throws for what it finds.
   */
  read(): AsyncGenerator<SavedBacklogFile, void, void>;
  /** Removes a directive's file: to be called once its backlogs are taken over or set aside. */
  remove(directiveId: number): Promise<void>;
  /** Keeps a directive's file under another name; false (logged) when that failed and the file is where it was. */
  setAside(directiveId: number, reason: string): Promise<boolean>;
  /** Keeps some of a file's backlogs in a file of their own; false (logged) when that failed: do not remove the file then. */
  setAsideBacklogs(
    directiveId: number,
    backlogs: readonly unknown[],
    reason: string,
  ): Promise<boolean>;
  /**
   * Writes a directive's file atomically, one backlog a line, asking for one backlog at a time;
   * gives their number. With no backlog there is no file. Rejects with the system's error; the file is then as it was.
   */
  write(directiveId: number, backlogs: Iterable<unknown> | AsyncIterable<unknown>): Promise<number>;
  /** Files and single backlogs set aside so far. */
  readonly setAsideCounts: { readonly files: number; readonly backlogs: number };
}

/** The saved backlogs of a log directory. */
export function createSavedBacklogFiles(logDir: string, log: Logger): SavedBacklogFiles {
  return new BacklogFolder(join(logDir, FOLDER), log);
}

class BacklogFolder implements SavedBacklogFiles {
  readonly #folder: string;
  readonly #asideFolder: string;
  readonly #log: Logger;
  readonly setAsideCounts = { files: 0, backlogs: 0 };

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#asideFolder = join(folder, ASIDE_FOLDER);
    this.#log = log;
  }

  async *read(): AsyncGenerator<SavedBacklogFile, void, void> {
    const ids: number[] = [];
    for (const name of await this.#list()) {
      const id = parseDirectiveId(name);
      if (id !== undefined) ids.push(id);
      else if (isTemporaryName(name)) await this.#removeLeftover(name);
      else if (name.endsWith(EXTENSION)) await this.#moveAside(name, 'its name is no directive id');
    }
    for (const directiveId of ids.sort((a, b) => a - b)) {
      const path = this.#pathOf(directiveId);
      const content = await readBacklogs(path);
      if (typeof content === 'string') await this.setAside(directiveId, content);
      else yield { directiveId, path, backlogs: content };
    }
  }

  async remove(directiveId: number): Promise<void> {
    await rm(this.#pathOf(directiveId), { force: true });
  }

  setAside(directiveId: number, reason: string): Promise<boolean> {
    return this.#moveAside(`${String(directiveId)}${EXTENSION}`, reason);
  }

  async setAsideBacklogs(
    directiveId: number,
    backlogs: readonly unknown[],
    reason: string,
  ): Promise<boolean> {
    const fields = { directiveId, backlogs: backlogs.length, reason };
    try {
      const aside = await findAsidePath(this.#asideFolder, String(directiveId));
      await writeFileAtomically(aside, formatJsonArray(backlogs));
      this.setAsideCounts.backlogs += backlogs.length;
      this.#log.warn({ ...fields, aside }, 'saved backlogs cannot be used and were set aside');
      return true;
    } catch (err) {
      this.#log.error({ ...fields, err }, 'setting saved backlogs aside failed');
      return false;
    }
  }

  async write(
    directiveId: number,
    backlogs: Iterable<unknown> | AsyncIterable<unknown>,
  ): Promise<number> {
    let count = 0;
    async function* counted(): AsyncGenerator {
      for await (const backlog of backlogs) {
        count += 1;
        yield backlog;
      }
    }
    const path = this.#pathOf(directiveId);
    await writeFileAtomically(path, formatJsonArray(counted()));
    if (count === 0) await this.remove(directiveId);
    return count;
  }

  #pathOf(directiveId: number): string {
    return join(this.#folder, `${String(directiveId)}${EXTENSION}`);
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (err) {
      if (!isMissing(err)) {
        this.#log.error({ path: this.#folder, err }, 'saved backlogs cannot be read');
      }
      return [];
    }
  }

  async #removeLeftover(name: string): Promise<void> {
    const path = join(this.#folder, name);
    try {
      await rm(path, { force: true });
    } catch (err) {
      this.#log.warn({ path, err }, 'a leftover file cannot be removed');
    }
  }

  async #moveAside(name: string, reason: string): Promise<boolean> {
    const path = join(this.#folder, name);
    try {
      const aside = await moveAside(path, this.#asideFolder, name.slice(0, -EXTENSION.length));
      this.setAsideCounts.files += 1;
      this.#log.warn(
        { path, aside, reason },
        'a saved-backlog file cannot be used and was set aside',
      );
      return true;
    } catch (err) {
      this.#log.error({ path, reason, err }, 'setting a saved-backlog file aside failed');
      return false;
    }
  }
}

function parseDirectiveId(name: string): number | undefined {
  const digits = FILE_NAME.exec(name)?.[1];
  const id = Number(digits);
  return digits !== undefined && Number.isSafeInteger(id) ? id : undefined;
}

/** The elements of the file's array, or why there are none. */
async function readBacklogs(path: string): Promise<unknown[] | string> {
  try {
    // Opening a pipe would wait for its writer for good.
    if (!(await stat(path)).isFile()) return 'it is not a regular file';
    const backlogs: unknown[] = [];
    for await (const backlog of parseJsonArray(readPieces(path))) backlogs.push(backlog);
    return backlogs;
  } catch (err) {
    if (err instanceof JsonArrayError) return err.message;
    return err instanceof Error ? err.message : String(err);
  }
}

async function* readPieces(path: string): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(path)) {
    if (piece instanceof Buffer) yield piece;
  }
}
