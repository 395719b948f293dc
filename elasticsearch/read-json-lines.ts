import { readFile } from 'node:fs/promises';
import { isMissing } from '../state/system-error.ts';

/** The values of the file's lines, undefined for a line that is no JSON; none when there is no such file. */
export async function readJsonLines(path: string): Promise<unknown[]> {
  const lines = (await readIfThere(path)).split('\n');
  return lines.filter((line) => line !== '').map(parseJson);
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (err) {
    if (isMissing(err)) return '';
    throw err;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
