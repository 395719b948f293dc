// What a download leaves in the configuration folder. A manifest says which files are the download's own, so that what
// else is there, an operator's files or those of a frontend in the same folder, is neither deleted nor written over.
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** Names of downloaded files and the SHA-256 of what was written, in hexadecimal. */
export type Manifest = Readonly<Record<string, string>>;

export interface FolderDeps {
  /** The configuration folder. */
  readonly folder: string;
  /** Where the manifest is kept: outside the folder, since a frontend offers every *.json of it. */
  readonly manifestPath: string;
  /** Writes a file so that a reader finds the old or the new one whole. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** What a download has changed in the folder. */
export interface FolderChange {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files gone on the frontend that stay because somebody else has changed them since. */
  readonly kept: readonly string[];
  /** Files of somebody else that differ from the frontend's, by name and both contents; while there are any, nothing was changed. */
  readonly conflicts: readonly string[];
}

/** The manifest of the last download; empty when there is none that can be read. */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readIfThere(path);
  const value = text === undefined ? undefined : parseJson(text);
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(([, hash]) => typeof hash === 'string');
  return Object.fromEntries(entries.map(([name, hash]) => [name, String(hash)]));
}

/**
 * Brings the folder to what the frontend has: `files` are the texts of all wanted ones. A file of somebody else is written
 * over only when the same conflict was met before: in a folder shared with the frontend it was read in mid-change, and
 * is equal at the next look. Rejects with an error of the system.
 */
export async function applyDownload(
  deps: FolderDeps,
  files: ReadonlyMap<string, string>,
  metBefore: readonly string[],
): Promise<FolderChange> {
  const { folder, manifestPath } = deps;
  const before = await readManifest(manifestPath);
  const after = new Map<string, string>();
  const toWrite = new Map<string, string>();
  const conflicts: string[] = [];
  for (const [name, text] of files) {
    const present = await readIfThere(join(folder, name));
    const isOurs = present !== undefined && before[name] === hashOf(present);
    if (present !== undefined && isSame(present, text)) {
      if (isOurs) after.set(name, hashOf(present));
      continue;
    }
    const conflict = `${name} ${hashOf(present ?? '')} ${hashOf(text)}`;
    if (present !== undefined && !isOurs && !metBefore.includes(conflict)) conflicts.push(conflict);
    toWrite.set(name, text);
    after.set(name, hashOf(text));
  }
  if (conflicts.length > 0) return { written: [], removed: [], kept: [], conflicts };
  for (const [name, text] of toWrite) await deps.writeFile(join(folder, name), text);
  const { removed, kept } = await removeGone(folder, before, files);
  await saveManifest(deps, before, after);
  return { written: [...toWrite.keys()], removed, kept, conflicts };
}

async function removeGone(
  folder: string,
  before: Manifest,
  files: ReadonlyMap<string, string>,
): Promise<Pick<FolderChange, 'removed' | 'kept'>> {
  const removed: string[] = [];
  const kept: string[] = [];
  for (const [name, hash] of Object.entries(before)) {
    if (files.has(name)) continue;
    const present = await readIfThere(join(folder, name));
    if (present === undefined) continue;
    if (hashOf(present) === hash) {
      await rm(join(folder, name));
      removed.push(name);
    } else {
      kept.push(name);
    }
  }
  return { removed, kept };
}

async function saveManifest(
  { manifestPath, writeFile }: FolderDeps,
  before: Manifest,
  after: ReadonlyMap<string, string>,
): Promise<void> {
  const manifest = Object.fromEntries(after);
  if (isDeepStrictEqual(manifest, { ...before })) return;
  await writeFile(manifestPath, `${JSON.stringify(manifest, undefined, 1)}\n`);
}

/** The reference's frontend writes files anew, with sorted keys: in its own folder they must not be written back. */
function isSame(present: string, text: string): boolean {
  return present === text || isDeepStrictEqual(parseJson(present), parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
