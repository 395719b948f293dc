// Finds the conformance cases and the recordings, which are not part of the repository: `../shared` beside it, or
// the folder that DSIEM_CONFORMANCE names (its neighbour `real` holds the recordings).

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The root of the repository, absolute. */
export const REPOSITORY = resolve(import.meta.dirname, '../..');

const CONFORMANCE = resolve(
  process.env['DSIEM_CONFORMANCE'] ?? join(REPOSITORY, '../shared/conformance'),
);

/** Absolute path of the folder with the conformance cases; undefined when it is not there. */
export function conformanceFolder(): string | undefined {
  return existsSync(join(CONFORMANCE, 'run.mjs')) ? CONFORMANCE : undefined;
}

/** Absolute path of the folder with the recordings; undefined when it is not there. */
export function recordingsFolder(): string | undefined {
  const folder = join(dirname(CONFORMANCE), 'real');
  return existsSync(folder) ? folder : undefined;
}

/**
 * Node's `skip` option for tests that need a folder: false when it is there, else a text that says what was not run.
 * With CI=true a missing folder is no reason to skip: the test runs and its own look-up fails.
 */
export function skipWithoutFolder(folder: string | undefined, what: string): string | false {
  if (folder !== undefined || process.env['CI'] === 'true') return false;
  return `${what} not run: no folder ${CONFORMANCE} (set DSIEM_CONFORMANCE)`;
}

/** The folder, or an error that names where it was expected. */
export function present(folder: string | undefined): string {
  if (folder === undefined) throw new Error(`no folder ${CONFORMANCE} (set DSIEM_CONFORMANCE)`);
  return folder;
}
