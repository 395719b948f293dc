// `dsiem token`: adds, lists and revokes the tokens of a log directory. A running engine follows within a second.
import { userInfo } from 'node:os';
import { ROLES, isRole, type Role } from '../../core/access/role.ts';
import { createLogger } from '../log-stream.ts';
import { createToken, hashToken } from '../../server/access/bearer-token.ts';
import { openAuditLog, type AuditEntry } from '../../state/audit-log.ts';
import {
  changeTokenFile,
  readTokenFile,
  TOKEN_NAME,
  TokenFileError,
  type StoredToken,
} from '../../state/token-file.ts';

export interface TokenFolder {
  readonly logDir: string;
}

export interface TokenRequest extends TokenFolder {
  readonly name: string;
}

/** Adds a token and prints it, this once, as the only line on stdout; whether that was possible, else the reason is on stderr. */
export async function addToken({
  logDir,
  name,
  role,
}: TokenRequest & { readonly role: string }): Promise<boolean> {
  if (!isRole(role)) return fail(`role: must be one of ${ROLES.join(', ')}, got "${role}"`);
  if (!TOKEN_NAME.test(name)) {
    return fail(
      `name: must be 1 to 64 letters, digits and . _ @ - with a letter or digit first, got "${name}"`,
    );
  }
  return reportingFaults(async () => {
    const token = createToken();
    const isAdded = await changeTokenFile(logDir, (tokens) => {
      const isTaken = tokens.some((other) => other.name === name);
      return isTaken ? undefined : [...tokens, newToken(name, role, token)];
    });
    if (!isAdded) return fail(`there is a token with the name ${name}, revoke it first`);
    await recordChange(logDir, { action: 'token.add', what: name, after: { role } });
    process.stderr.write(`dsiem: token ${name} (${role}), shown only now:\n`);
    process.stdout.write(`${token}\n`);
    return true;
  });
}

function newToken(name: string, role: Role, token: string): StoredToken {
  return { name, role, hash: hashToken(token), created: Math.floor(Date.now() / 1000) };
}

/** Prints the tokens, one a line: name, role, when it was added; whether the file could be read. */
export async function listTokens({ logDir }: TokenFolder): Promise<boolean> {
  return reportingFaults(async () => {
    const tokens = await readTokenFile(logDir);
    const rows = tokens.map(({ name, role, created }) => [
      name,
      role,
      new Date(created * 1000).toISOString(),
    ]);
    process.stdout.write(formatTable([['NAME', 'ROLE', 'ADDED'], ...rows]));
    return true;
  });
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Takes a token out of the file, from when on it is refused; whether there was one with that name. */
export async function revokeToken({ logDir, name }: TokenRequest): Promise<boolean> {
  return reportingFaults(async () => {
    const isRevoked = await changeTokenFile(logDir, (tokens) => {
      const others = tokens.filter((token) => token.name !== name);
      return others.length < tokens.length ? others : undefined;
    });
    if (!isRevoked) return fail(`there is no token with the name ${name}`);
    await recordChange(logDir, { action: 'token.revoke', what: name });
    process.stderr.write(`dsiem: token ${name} is revoked\n`);
    return true;
  });
}

const AUDIT_LIMIT_MS = 2_000;

/** A change of tokens is a line of the audit log too, by whoever has the command line of this machine. */
async function recordChange(
  logDir: string,
  change: Pick<AuditEntry, 'action' | 'what' | 'after'>,
): Promise<void> {
  const log = createLogger({
    ...{ level: 'warn', json: false, colour: false },
    write: (line) => {
      process.stderr.write(line);
    },
  });
  const audit = await openAuditLog({ logDir, log, wallMs: Date.now });
  const who = userInfo().username;
  audit.record({ ...{ who, role: 'admin', from: 'command line' }, ...change });
  await audit.closeWithin(AUDIT_LIMIT_MS);
}

async function reportingFaults(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (err) {
    if (err instanceof TokenFileError) return fail(err.message);
    if (err instanceof Error && 'code' in err) return fail(`the token file: ${err.message}`);
    throw err;
  }
}

function fail(reason: string): false {
  process.stderr.write(`dsiem: ${reason}\n`);
  return false;
}
