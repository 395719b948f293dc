// A backend's configuration comes from its frontend (SPEC §11): once at the start, and again whenever it changes there.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type Logger from 'bunyan';
import {
  applyDownload,
  readManifest,
  type FolderChange,
  type FolderDeps,
} from './downloaded-files.ts';
import { fetchFromFrontend, FrontendError, type FrontendAddress } from './frontend-request.ts';
import { frontendRemedy } from './remedies.ts';
import { createToldProblems, type ToldProblems } from './told-problems.ts';
import { isWantedFile } from './wanted-files.ts';

export interface DownloadDeps extends FolderDeps {
  readonly frontend: FrontendAddress;
  readonly node: string;
  /** Called after a later download has changed the folder: time to reload. */
  readonly onChange: (change: FolderChange) => void;
  readonly log: Logger;
  /** How often the frontend is asked; default 10 s. */
  readonly pollMs?: number;
  /** The first pause after a failure, doubled up to `pollMs`; default 0.5 s. */
  readonly retryMs?: number;
  /** How often the log says again that it still fails; default 60 s. */
  readonly remindMs?: number;
}

/** How the downloads stand. */
export interface DownloadState {
  /** Whether one has succeeded since the start. */
  readonly isDone: boolean;
  /** Unix milliseconds of the last success; 0 for none. */
  readonly lastMs: number;
  /** Why the last attempt failed; undefined when it did not. */
  readonly problem: string | undefined;
  /** Downloads and attempts that failed, since the start. */
  readonly downloads: number;
  readonly failures: number;
}

export interface ConfigurationDownload {
  /** Resolves when the first download is in the folder; never rejects, the frontend is asked for as long as it takes. */
  readonly first: Promise<void>;
  state(): DownloadState;
  /** Asks at once: a frontend has told of a change. */
  refresh(): void;
  /** Asks at once; resolves when that attempt has ended, whatever came of it. */
  fetchNow(): Promise<void>;
  close(): Promise<void>;
}

const POLL_MS = 10_000;
const RETRY_MS = 500;
const REMIND_MS = 60_000;
const MAX_FILE_BYTES = 100 * 1024 * 1024;
const MAX_LIST_BYTES = 1024 * 1024;
const MOST_FILES = 10_000;

/** Begins at once and goes on until it is closed. */
export function startConfigurationDownload(deps: DownloadDeps): ConfigurationDownload {
  return new Download(deps);
}

/** The names of an earlier start's downloads: with them a backend can begin while its frontend is away. */
export async function earlierDownloads(manifestPath: string): Promise<readonly string[]> {
  return Object.keys(await readManifest(manifestPath));
}

class Download implements ConfigurationDownload {
  readonly first: Promise<void>;
  readonly #deps: DownloadDeps;
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;
  readonly #told: ToldProblems;
  #conflicts: readonly string[] = [];
  #fingerprint = '';
  #tellFirst: () => void = () => undefined;
  #wake = new AbortController();
  #waiting: (() => void)[] = [];
  #state: DownloadState = {
    ...{ isDone: false, lastMs: 0, problem: undefined },
    ...{ downloads: 0, failures: 0 },
  };

  constructor(deps: DownloadDeps) {
    this.#deps = deps;
    this.#told = createToldProblems(deps.remindMs ?? REMIND_MS);
    this.first = new Promise((resolve) => {
      this.#tellFirst = resolve;
    });
    this.#ended = this.#run();
  }

  state(): DownloadState {
    return this.#state;
  }

  refresh(): void {
    this.#wake.abort();
  }

  fetchNow(): Promise<void> {
    if (this.#end.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.refresh();
    });
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { pollMs = POLL_MS, retryMs = RETRY_MS } = this.#deps;
    let pauseMs = retryMs;
    while (!this.#end.signal.aborted) {
      // who asks during an attempt wants one that begins later
      const waiting = this.#waiting;
      this.#waiting = [];
      const isDone = await this.#attempt();
      for (const resolve of waiting) resolve();
      pauseMs = isDone ? retryMs : Math.min(pauseMs * 2, pollMs);
      await this.#pause(isDone ? pollMs : pauseMs);
    }
    for (const resolve of this.#waiting) resolve();
  }

  /** All files are fetched before the first is written: a folder never holds half of a change. */
  async #attempt(): Promise<boolean> {
    try {
      const files = await this.#fetchAll();
      const change = await applyDownload(this.#deps, files, this.#conflicts);
      this.#conflicts = change.conflicts;
      if (change.conflicts.length > 0) return false;
      this.#succeed(change, fingerprintOf(files));
      return true;
    } catch (err) {
      if (this.#end.signal.aborted) return false;
      this.#fail(err);
      return false;
    }
  }

  async #fetchAll(): Promise<Map<string, string>> {
    const { frontend, node } = this.#deps;
    const list = await fetchFromFrontend(frontend, 'config/', MAX_LIST_BYTES);
    const names = readList(list.text).filter((name) => isWantedFile(name, node));
    if (names.length > MOST_FILES) throw new FrontendError('GET /config/: too many files');
    const files = new Map<string, string>();
    for (const name of new Set(names)) {
      this.#end.signal.throwIfAborted();
      const { text } = await fetchFromFrontend(frontend, `config/${name}`, MAX_FILE_BYTES);
      if (!isJson(text)) throw new FrontendError(`GET /config/${name}: answered no JSON`);
      files.set(name, text);
    }
    if (files.size === 0) throw new FrontendError(`GET /config/: no file for node ${node}`);
    return files;
  }

  #succeed(change: FolderChange, fingerprint: string): void {
    const { log, onChange } = this.#deps;
    const { isDone, problem, downloads } = this.#state;
    const now = { isDone: true, lastMs: Date.now(), problem: undefined };
    this.#state = { ...this.#state, ...now, downloads: downloads + 1 };
    this.#told.forget();
    const { written, removed, kept } = change;
    const isChanged = written.length > 0 || removed.length > 0;
    if (!isDone || isChanged) log.info({ written, removed }, 'the configuration is downloaded');
    else if (problem !== undefined) log.info('the frontend answers again');
    if (kept.length > 0) log.warn({ kept }, 'files gone on the frontend stay, they were changed');
    // a frontend in the same folder leaves nothing to write
    const isNews = isChanged || fingerprint !== this.#fingerprint;
    this.#fingerprint = fingerprint;
    if (!isDone) this.#tellFirst();
    else if (isNews) onChange(change);
  }

  #fail(err: unknown): void {
    const { frontend, node, log } = this.#deps;
    const problem = err instanceof Error ? err.message : String(err);
    this.#state = { ...this.#state, problem, failures: this.#state.failures + 1 };
    if (!this.#told.isDue(problem)) return;
    const remedy = frontendRemedy(problem, node);
    const message = 'the configuration cannot be downloaded, it is tried again';
    log.warn({ frontend: new URL(frontend.url).origin, problem, remedy }, message);
  }

  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#end.signal, this.#wake.signal]);
    await delay(ms, undefined, { signal }).catch(() => undefined);
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}

/** Tells whether two downloads are equal. */
function fingerprintOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [name, text] of files) hash.update(`${name} ${String(text.length)}\n`).update(text);
  return hash.digest('base64url');
}

/** The names that `{"files": [{"filename": …}]}` lists. */
function readList(text: string): string[] {
  const refused = new FrontendError('GET /config/: answered no list of files');
  if (!isJson(text)) throw refused;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('files' in value)) throw refused;
  if (!Array.isArray(value.files)) throw refused;
  const entries: readonly unknown[] = value.files;
  return entries.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || !('filename' in entry)) return [];
    return typeof entry.filename === 'string' ? [entry.filename] : [];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
