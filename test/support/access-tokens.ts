import type Logger from 'bunyan';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAccess, type OpenedAccess } from '../../app/open-access.ts';
import { readOptions } from '../../config/read-options.ts';
import { createToken, hashToken } from '../../server/access/bearer-token.ts';
import { changeTokenFile } from '../../state/token-file.ts';
import type { Credential } from './access-table.ts';

/** Tokens of every kind, as an operator would have set them: by option, by file and by command. */
export interface TestTokens {
  readonly opened: OpenedAccess;
  readonly texts: Readonly<Record<Exclude<Credential, 'none'>, string>>;
}

/** Opens the access files of a log directory; with `areSet` a token of every role is set. */
export async function makeTestTokens(
  logDir: string,
  areSet: boolean,
  log: Logger,
): Promise<TestTokens> {
  const made = {
    events: createToken(),
    reader: createToken(),
    analyst: createToken(),
    admin: createToken(),
    wrong: createToken(),
    revoked: createToken(),
  };
  const created = 1_795_528_661;
  const stored = (name: 'analyst' | 'admin' | 'revoked', role: 'analyst' | 'admin') => ({
    ...{ name, role, created },
    hash: hashToken(made[name]),
  });
  const lasting = areSet ? [stored('analyst', 'analyst'), stored('admin', 'admin')] : [];
  await changeTokenFile(logDir, () => [...lasting, stored('revoked', 'admin')]);
  const flags = areSet ? { 'events-token': made.events, 'read-token': made.reader } : {};
  const { options } = readOptions({ ...flags, 'log-dir': logDir }, {});
  const opened = await openAccess(options, log);
  await changeTokenFile(logDir, (tokens) => tokens.filter(({ name }) => name !== 'revoked'));
  await opened.tokens.refresh();
  const first = readFileSync(join(logDir, 'admin-token'), 'utf8').trim();
  return { opened, texts: { ...made, first } };
}
