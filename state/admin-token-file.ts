// `<log-dir>/admin-token`: the token that the first start makes, so that changes are possible before anybody set one.

import type Logger from 'bunyan';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from './atomic-file.ts';
import { isMissing } from './system-error.ts';

const FILE_NAME = 'admin-token';
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * The token in the file, else the one that `create` makes and that is written there (mode 0600). Rejects with the
 * system's error when it can neither be read nor written. The log says where it is, never what it is.
 */
export async function provideAdminToken(
  logDir: string,
  create: () => string,
  log: Logger,
): Promise<string> {
  const path = join(logDir, FILE_NAME);
  const found = await readToken(path);
  if (found === undefined || found === '') {
    const token = create();
    await writeFileAtomically(path, `${token}\n`, OWNER_ONLY);
    log.info({ path }, 'a first admin token was written');
    return token;
  }
  const { mode } = await stat(path);
  if ((mode & OTHERS) !== 0) log.warn({ path }, 'others can read the admin token, chmod 600 it');
  return found;
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (err) {
    if (isMissing(err)) return undefined;
    throw err;
  }
}
