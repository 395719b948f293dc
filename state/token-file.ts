// `<log-dir>/tokens.json`: the tokens that `dsiem token` adds and revokes, as hashes. The command writes it, the running
// engine reads it again when it changes.

import type Logger from 'bunyan';
import { chown, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ROLES, type AccessToken } from '../core/access/role.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { createFailureReport } from './failure-report.ts';
import { isMissing, systemErrorCode } from './system-error.ts';

const FILE_NAME = 'tokens.json';
const OWNER_ONLY = 0o600;
const POLL_MS = 250;
const LOCK_RETRY_MS = 50;
const LOCK_LIMIT_MS = 5_000;

/** What a token may be called: it stands in logs and in the audit log. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

const StoredTokenSchema = z.object({
  name: z.string().regex(TOKEN_NAME),
  role: z.enum(ROLES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Unix seconds. */
  created: z.int().min(0),
});
const TokenFileSchema = z.object({ tokens: z.array(StoredTokenSchema) });

/** A token of the file; `created` is Unix seconds. */
export interface StoredToken extends AccessToken {
  readonly created: number;
}

/** The token file cannot be used; the message says why. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** The tokens of a log directory, newest last; none where there is no file. Rejects with TokenFileError. */
export async function readTokenFile(logDir: string): Promise<StoredToken[]> {
  const path = join(logDir, FILE_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new TokenFileError(path, `cannot be read (${systemErrorCode(cause) ?? 'unknown'})`, {
      cause,
    });
  }
  return parseTokens(path, text);
}

function parseTokens(path: string, text: string): StoredToken[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TokenFileError(path, 'is no valid JSON', { cause });
  }
  const parsed = TokenFileSchema.safeParse(json);
  if (!parsed.success) throw new TokenFileError(path, 'does not hold tokens');
  return parsed.data.tokens.map(({ name, role, sha256, created }) => ({
    ...{ name, role, created },
    hash: Buffer.from(sha256, 'hex'),
  }));
}

/**
 * Replaces the tokens of a log directory (created when missing) by what `change` makes of them; nothing is written where
 * it gives undefined; whether it was changed. Two changes at a time come one after the other. Rejects with TokenFileError or the system's error.
 */
export async function changeTokenFile(
  logDir: string,
  change: (tokens: readonly StoredToken[]) => readonly StoredToken[] | undefined,
): Promise<boolean> {
  await mkdir(logDir, { recursive: true });
  const unlock = await lock(join(logDir, `.${FILE_NAME}.lock`));
  try {
    const changed = change(await readTokenFile(logDir));
    if (changed === undefined) return false;
    const path = join(logDir, FILE_NAME);
    await writeFileAtomically(path, formatTokens(changed), OWNER_ONLY);
    await giveToFolderOwner(path, logDir);
    return true;
  } finally {
    await unlock();
  }
}

function formatTokens(tokens: readonly StoredToken[]): string {
  const stored = tokens.map(({ name, role, hash, created }) => ({
    ...{ name, role },
    sha256: Buffer.from(hash).toString('hex'),
    created,
  }));
  return `${JSON.stringify({ tokens: stored }, undefined, 2)}\n`;
}

/** A command run by root must not leave a file that the engine, under a user of its own, cannot read. */
async function giveToFolderOwner(path: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await chown(path, uid, gid);
}

async function lock(path: string): Promise<() => Promise<void>> {
  const limit = performance.now() + LOCK_LIMIT_MS;
  for (;;) {
    try {
      const handle = await open(path, 'wx', OWNER_ONLY);
      await handle.close();
      return () => rm(path, { force: true });
    } catch (cause) {
      if (systemErrorCode(cause) !== 'EEXIST') throw cause;
      if (performance.now() > limit) {
        const problem = 'another command changes the tokens; if none does, remove this file';
        throw new TokenFileError(path, problem, { cause });
      }
    }
    await delay(LOCK_RETRY_MS);
  }
}

/** The token file of a running engine. */
export interface TokenFile {
  /** The tokens as the file last had them; while it cannot be read, those from before. */
  tokens(): readonly StoredToken[];
  /** Looks at the file now, not only at the next of the regular times (4 a second). */
  refresh(): Promise<void>;
  close(): void;
}

/** Reads the file and follows it from then on; rejects with TokenFileError when it cannot be used at the start. */
export async function openTokenFile(logDir: string, log: Logger): Promise<TokenFile> {
  const path = join(logDir, FILE_NAME);
  const report = createFailureReport(log, {
    failed: 'the token file cannot be used, the tokens from before stay',
    recovered: 'the token file can be used again',
    fields: { path },
  });
  let version = await versionOf(path);
  let tokens: readonly StoredToken[] = await readTokenFile(logDir);

  async function refresh(): Promise<void> {
    try {
      const found = await versionOf(path);
      if (found === version) return;
      tokens = await readTokenFile(logDir);
      version = found;
      report.recovered();
      log.info({ path, tokens: tokens.length }, 'the token file was read again');
    } catch (err) {
      report.failed(err);
    }
  }

  const timer = setInterval(() => void refresh(), POLL_MS).unref();
  return {
    tokens: () => tokens,
    refresh,
    close: () => {
      clearInterval(timer);
    },
  };
}

/** A text that changes with the file: atomic replacement brings another inode. */
async function versionOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (err) {
    if (isMissing(err)) return '';
    throw err;
  }
}
