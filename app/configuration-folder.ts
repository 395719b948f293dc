// The configuration folder on disk: what is there now, whether it could be loaded, and with a draft. What was read is
// kept while nothing in the folder changes, so that looking at it costs nothing however large it is.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigurationResult } from '../config/configuration.ts';
import { kindOfFile, type FileKind } from '../config/file-kind.ts';
import { readConfiguration, type DraftFile } from '../config/read-configuration.ts';
import type { SourceCheck } from '../config/configuration.ts';
import { readConfigurationBytes } from '../server/configuration-files.ts';

/** A file as it is on disk. */
export interface FolderFile {
  readonly name: string;
  readonly kind: FileKind | undefined;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** Unix milliseconds. */
  readonly changedMs: number;
}

/** What is on disk, and what loading it would give. */
export interface FolderState {
  readonly files: readonly FolderFile[];
  readonly result: ConfigurationResult;
}

export interface ConfigurationFolder {
  /** The state now; never rejects for what the files hold. */
  read(): Promise<FolderState>;
  /** As `read`, whatever is known from before. */
  readAnew(): Promise<FolderState>;
  readWithDraft(draft: DraftFile): Promise<ConfigurationResult>;
  /** The hash of a file; 'taken' when the name is that of something else. */
  hashOf(name: string): Promise<{ readonly sha256: string } | 'missing' | 'taken'>;
}

/** The folder at this path; `isWanted` says which of its files concern this node, all of them unless given. */
export function createConfigurationFolder(
  folder: string,
  checkSource: SourceCheck,
  isWanted?: (name: string) => boolean,
): ConfigurationFolder {
  let known: { readonly signature: string; readonly state: FolderState } | undefined;

  async function readAnew(): Promise<FolderState> {
    const before = await signatureOf(folder);
    const [files, result] = await Promise.all([
      readFiles(folder),
      readConfiguration(folder, checkSource, { isWanted }),
    ]);
    const state = { files, result };
    // A change while it was read is seen next time.
    known = before === (await signatureOf(folder)) ? { signature: before, state } : undefined;
    return state;
  }

  return {
    readAnew,
    read: async () => {
      const signature = await signatureOf(folder);
      if (known?.signature === signature) {
        return known.state;
      }
      return readAnew();
    },
    readWithDraft: (draft) => readConfiguration(folder, checkSource, { draft, isWanted }),
    hashOf: async (name) => {
      const bytes = await readConfigurationBytes(folder, name);
      if (bytes !== undefined) return { sha256: hash(bytes) };
      const names = await readdir(folder);
      return names.includes(name) ? 'taken' : 'missing';
    },
  };
}

/** The hexadecimal SHA-256 of a file's bytes, or of a text's UTF-8. */
export function hash(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  } catch {
    // The result of reading it says that the folder cannot be read.
    return [];
  }
}

async function signatureOf(folder: string): Promise<string> {
  const names = await listNames(folder);
  const parts = await Promise.all(
    names.map(async (name) => {
      const { ino, size, mtimeMs, ctimeMs } = await stat(join(folder, name));
      return [name, ino, size, mtimeMs, ctimeMs].join('/');
    }),
  ).catch(() => [String(performance.now())]);
  return parts.join('\n');
}

async function readFiles(folder: string): Promise<FolderFile[]> {
  const names = await listNames(folder);
  const files = await Promise.all(names.map((name) => readFileFacts(folder, name)));
  return files.filter((file) => file !== undefined);
}

async function readFileFacts(folder: string, name: string): Promise<FolderFile | undefined> {
  const path = join(folder, name);
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return undefined;
    const bytes = await readFile(path);
    const kind = kindOfFile(name);
    const { length: size } = bytes;
    return { name, kind, size, sha256: hash(bytes), changedMs: facts.mtimeMs };
  } catch {
    return undefined;
  }
}
