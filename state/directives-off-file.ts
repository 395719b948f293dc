// `<log-dir>/directives-off.json`: the directives that a person has turned off at run time (SPEC §11), kept over restarts.

import type Logger from 'bunyan';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from './atomic-file.ts';
import { moveAside } from './move-aside.ts';
import { isMissing } from './system-error.ts';

const FILE_NAME = 'directives-off.json';

/** A directive that is off: since when (Unix seconds), and by whom. */
export interface DirectiveOff {
  readonly id: number;
  readonly since: number;
  readonly by: string;
}

const fileSchema = z.array(z.object({ id: z.int().min(1), since: z.int().min(0), by: z.string() }));

/**
 * Reads the file; none when there is none, or when it cannot be used: then it is set aside with an error in the log, as
 * directives run that somebody wanted off.
 */
export async function readDirectivesOff(
  logDir: string,
  log: Logger,
): Promise<readonly DirectiveOff[]> {
  const path = join(logDir, FILE_NAME);
  try {
    const read = fileSchema.safeParse(parseJson(await readFile(path, 'utf8')));
    if (read.success) return read.data;
    const aside = await moveAside(path, logDir, 'directives-off.unusable');
    log.error({ path, aside }, 'the file of directives turned off cannot be used, all are on');
  } catch (err) {
    if (!isMissing(err)) log.error({ path, err }, 'the directives turned off cannot be read');
  }
  return [];
}

/** Writes the file atomically; rejects with the system's error. */
export async function writeDirectivesOff(
  logDir: string,
  directives: readonly DirectiveOff[],
): Promise<void> {
  const items = directives.map(({ id, since, by }) => ({ id, since, by }));
  await writeFileAtomically(join(logDir, FILE_NAME), `${JSON.stringify(items, null, 1)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
