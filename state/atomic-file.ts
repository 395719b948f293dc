// Writes a file so that a reader, or the next start after a crash, finds the old one or the new one whole.

import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from './system-error.ts';

/** Small pieces are gathered into writes of about this many characters. */
const WRITE_CHARACTERS = 64 * 1024;
const TEMPORARY_NAME = /^\..+\.tmp$/;
/** What file systems answer that cannot sync a folder. */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF']);

let temporaryFiles = 0;

/** What a new file may be used for by whom when nothing else is asked for; the process's umask takes from it. */
const DEFAULT_MODE = 0o666;

/** The text of a file; in pieces when it may outgrow one string, each piece well-formed by itself. */
export type FileContent = string | Iterable<string> | AsyncIterable<string>;

/**
 * Writes `content` (UTF-8) to a temporary file beside `path`, syncs it, renames it to `path` and syncs
 * the folder, which is created when missing. Rejects with the error of the system, or of the
 * content's iterator; then nothing is left of the temporary file and `path` is as it was.
 * `mode` is the new file's: 0o600 for secrets.
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  mode: number = DEFAULT_MODE,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  temporaryFiles += 1;
  const name = `.${basename(path)}.${String(process.pid)}-${String(temporaryFiles)}.tmp`;
  const temporary = join(folder, name);
  try {
    await writeAndSync(temporary, content, mode);
    await rename(temporary, path);
  } catch (err) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw err;
  }
  await syncFolder(folder);
}

/** Whether a name in a folder is one that `writeFileAtomically` gives to its temporary files: after a crash they are left over. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/** Makes creations, renames and removals in the folder outlast a power failure, where the file system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (err) {
    if (!NO_FOLDER_SYNC.has(systemErrorCode(err) ?? '')) throw err;
  } finally {
    await handle.close();
  }
}

async function writeAndSync(path: string, content: FileContent, mode: number): Promise<void> {
  const handle = await open(path, 'w', mode);
  try {
    await writeContent(handle, content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeContent(handle: FileHandle, content: FileContent): Promise<void> {
  if (typeof content === 'string') {
    await handle.writeFile(content);
    return;
  }
  let gathered = '';
  for await (const piece of content) {
    gathered += piece;
    if (gathered.length < WRITE_CHARACTERS) continue;
    await handle.writeFile(gathered);
    gathered = '';
  }
  await handle.writeFile(gathered);
}
