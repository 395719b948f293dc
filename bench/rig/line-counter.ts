import { closeSync, openSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const CHUNK_BYTES = 4 * 2 ** 20;
const NEWLINE = 10;
const PATIENCE_MS = 10_000;

/** Counts the lines of a file that grows. */
export interface LineCounter {
  /** The number of whole lines in the file now; reads only what is new. */
  count(): number;
  close(): void;
}

/** Opens a file that exists already. */
export function createLineCounter(path: string): LineCounter {
  const file = openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = 0;
  let lines = 0;
  const count = (): number => {
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, position);
      if (length === 0) return lines;
      position += length;
      const bytes = chunk.subarray(0, length);
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1))
        lines += 1;
    }
  };
  const close = (): void => {
    closeSync(file);
  };
  return { count, close };
}

/** The number of lines once it is `expected` or more, or once none has come for ten seconds. */
export async function waitForLines(lines: LineCounter, expected: number): Promise<number> {
  let written = lines.count();
  let end = performance.now() + PATIENCE_MS;
  while (written < expected && performance.now() < end) {
    await delay(5);
    const now = lines.count();
    if (now > written) end = performance.now() + PATIENCE_MS;
    written = now;
  }
  return written;
}
