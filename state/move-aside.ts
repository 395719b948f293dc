// Keeps what the engine cannot use under another name, so that an operator can look at it (SPEC §10).

import { lstat, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './atomic-file.ts';
import { isMissing } from './system-error.ts';

let keptAside = 0;

/**
 * A path in `folder` (created when missing) that nothing has yet: `<stem>.<UTC time>-<number>.json`.
 * One process at a time writes to a log directory, so nobody takes it in between.
 */
export async function findAsidePath(folder: string, stem: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  for (;;) {
    keptAside += 1;
    const path = join(folder, `${stem}.${time}-${String(keptAside)}.json`);
    if (!(await exists(path))) return path;
  }
}

/** Moves the file (or whatever `path` is) into `folder`, never over another, and gives its new path. */
export async function moveAside(path: string, folder: string, stem: string): Promise<string> {
  const aside = await findAsidePath(folder, stem);
  await rename(path, aside);
  await syncFolder(folder);
  return aside;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (err) {
    if (isMissing(err)) return false;
    throw err;
  }
}
