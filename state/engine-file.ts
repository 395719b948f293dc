// The engine's place in its log of inputs (DESIGN §1), kept from an orderly stop to the next start.

import type Logger from 'bunyan';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeFileAtomically } from './atomic-file.ts';
import { moveAside } from './move-aside.ts';
import { isMissing } from './system-error.ts';

const FILE_NAME = 'engine.json';

/** Which log of inputs goes on, and with which sequence number (integer ≥ 0). */
export interface LogPosition {
  readonly epoch: string;
  readonly nextSequence: number;
}

/**
 * Reads and deletes `<log-dir>/engine.json`. Undefined when there is none, when it cannot be used (it
 * is set aside, with a warning), or when it cannot be deleted: a position that is found again after a
 * crash would give ids a second time. Never rejects.
 */
export async function takeLogPosition(
  logDir: string,
  log: Logger,
): Promise<LogPosition | undefined> {
  const path = join(logDir, FILE_NAME);
  try {
    const position = parseLogPosition(await readFile(path, 'utf8'));
    if (position === undefined) {
      const aside = await moveAside(path, logDir, 'engine.unusable');
      log.warn({ path, aside }, 'the engine file cannot be used and was set aside');
      return undefined;
    }
    await rm(path);
    await syncFolder(logDir);
    return position;
  } catch (err) {
    if (!isMissing(err)) log.warn({ path, err }, 'the engine file cannot be taken over');
    return undefined;
  }
}

/** Writes `<log-dir>/engine.json` atomically, as the last step of an orderly stop; rejects with the system's error. */
export async function saveLogPosition(logDir: string, position: LogPosition): Promise<void> {
  const { epoch, nextSequence } = position;
  await writeFileAtomically(
    join(logDir, FILE_NAME),
    `${JSON.stringify({ epoch, nextSequence })}\n`,
  );
}

function parseLogPosition(text: string): LogPosition | undefined {
  const found = parseJson(text);
  if (typeof found !== 'object' || found === null) return undefined;
  if (!('epoch' in found) || !('nextSequence' in found)) return undefined;
  const { epoch, nextSequence } = found;
  if (typeof epoch !== 'string' || epoch === '') return undefined;
  if (typeof nextSequence !== 'number') return undefined;
  if (!Number.isSafeInteger(nextSequence) || nextSequence < 0) return undefined;
  return { epoch, nextSequence };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
