import { stat } from 'node:fs/promises';

/** A text that changes when the file is written or replaced. */
export async function fileSignature(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${String(mtimeMs)} ${String(size)} ${String(ino)}`;
}
