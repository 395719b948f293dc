// Reads the configuration folder for the server. A name is checked before it comes near a path, and a link that leads out
// of the folder is as good as no file (links within it are usual where the folder is mounted into a container).
import { readdir, readFile, realpath, stat, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';

const FILE_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_-]+)?\.json$/;

/** Whether a name can be that of a configuration file (SPEC §11): no path, no dots but the last. */
export function isConfigurationFileName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** The names of the folder's *.json files, in alphabetical order. */
export async function listConfigurationFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const paths = await Promise.all(names.map((name) => resolveFile(folder, name)));
  return names.filter((_, index) => paths[index] !== undefined).sort();
}

/** The text of a file of the folder; undefined when there is none of that name. */
export async function readConfigurationFile(
  folder: string,
  name: string,
): Promise<string | undefined> {
  const bytes = await readConfigurationBytes(folder, name);
  return bytes?.toString('utf8');
}

/** The bytes of a file of the folder; undefined when there is none of that name. */
export async function readConfigurationBytes(
  folder: string,
  name: string,
): Promise<Buffer | undefined> {
  const path = await resolveFile(folder, name);
  return path === undefined ? undefined : readFile(path);
}

/** Deletes a file of the folder; false when there is none of that name. */
export async function deleteConfigurationFile(folder: string, name: string): Promise<boolean> {
  if ((await resolveFile(folder, name)) === undefined) return false;
  await unlink(join(folder, name));
  return true;
}

/** Where a regular file of the folder really is; undefined when there is none, or it is elsewhere. */
async function resolveFile(folder: string, name: string): Promise<string | undefined> {
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, name))]);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    return (await stat(path)).isFile() ? path : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP';
}
