// What the access layer of the server is given: tokens from options, file and first start, the audit log, and TLS.
import { readFile } from 'node:fs/promises';
import type Logger from 'bunyan';
import type { Options } from '../config/options.ts';
import type { AccessToken, Role } from '../core/access/role.ts';
import type { AccessDeps } from '../server/access/access.ts';
import { createToken, hashToken } from '../server/access/bearer-token.ts';
import { createLoginCodes, type LoginCodes } from '../server/access/login-codes.ts';
import { openTls, TlsFileError, type Tls } from '../server/tls.ts';
import { provideAdminToken } from '../state/admin-token-file.ts';
import { openAuditLog, type AuditLog } from '../state/audit-log.ts';
import { openTokenFile, TokenFileError, type TokenFile } from '../state/token-file.ts';
import { stateFolder } from './state-folder.ts';

/** What `openAccess` opens for the server. */
export interface OpenedAccess {
  readonly tokens: AccessDeps['tokens'];
  readonly audit: AuditLog;
  /** Codes that log in, by the link of the start's log for example. */
  readonly loginCodes: LoginCodes;
  /** Undefined: plain HTTP. */
  readonly tls: Tls | undefined;
  /** Stops following the token file and writes what waits for the audit log, for at most `ms`. */
  close(ms: number): Promise<void>;
}

/** A file of tokens or of TLS that the operator has to put right; the message says which one and why. */
export class AccessFileError extends Error {
  override readonly name = 'AccessFileError';
}

interface TokenOption {
  readonly name: string;
  readonly role: Role;
  readonly token: string;
  /** Holds it instead; empty: none. */
  readonly file: string;
}

const FIRST_START_NAME = 'first-start';
const SHORT_TOKEN = 16;

/** Opens what lies in the log directory, which must exist, and the files that options name; rejects with AccessFileError or the system's error. */
export async function openAccess(options: Options, log: Logger): Promise<OpenedAccess> {
  const logDir = stateFolder(options);
  try {
    const fromOptions = await readTokenOptions(options, log);
    const tls = await openTlsFiles(options, log);
    const firstToken = await provideAdminToken(logDir, createToken, log);
    const file = await openTokenFile(logDir, log);
    const audit = await openAuditLog({ logDir, log, wallMs: Date.now });
    return {
      tokens: combine(fromOptions, file, {
        name: FIRST_START_NAME,
        role: 'admin',
        hash: hashToken(firstToken),
      }),
      audit,
      loginCodes: createLoginCodes(() => performance.now()),
      tls,
      close: async (ms) => {
        file.close();
        await audit.closeWithin(ms);
      },
    };
  } catch (cause) {
    if (!(cause instanceof TokenFileError || cause instanceof TlsFileError)) throw cause;
    throw new AccessFileError(cause.message, { cause });
  }
}

function combine(
  fromOptions: readonly AccessToken[],
  file: TokenFile,
  firstStart: AccessToken,
): AccessDeps['tokens'] {
  let fromFile = file.tokens();
  let all = [...fromOptions, ...fromFile];
  return {
    firstStart,
    set: () => {
      if (file.tokens() !== fromFile) {
        fromFile = file.tokens();
        all = [...fromOptions, ...fromFile];
      }
      return all;
    },
    refresh: () => file.refresh(),
  };
}

async function readTokenOptions(options: Options, log: Logger): Promise<AccessToken[]> {
  const tokens: AccessToken[] = [];
  for (const { name, role, token, file } of tokenOptions(options)) {
    const text = file === '' ? token : await readTokenFileOption(name, file);
    if (text === '') continue;
    if (text.length < SHORT_TOKEN) log.warn({ option: `--${name}` }, 'a token is short');
    tokens.push({ name, role, hash: hashToken(text) });
  }
  return tokens;
}

function tokenOptions(options: Options): TokenOption[] {
  const { adminToken, analystToken, readToken, eventsToken } = options;
  const { adminTokenFile, analystTokenFile, readTokenFile, eventsTokenFile } = options;
  return [
    { name: 'admin-token', role: 'admin', token: adminToken, file: adminTokenFile },
    { name: 'analyst-token', role: 'analyst', token: analystToken, file: analystTokenFile },
    { name: 'read-token', role: 'reader', token: readToken, file: readTokenFile },
    { name: 'events-token', role: 'events', token: eventsToken, file: eventsTokenFile },
  ];
}

async function readTokenFileOption(name: string, path: string): Promise<string> {
  const place = `--${name}-file: ${path}`;
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new AccessFileError(`${place}: cannot be read: ${reason}`, { cause });
  }
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new AccessFileError(`${place}: must hold one token without blanks`);
}

async function openTlsFiles(options: Options, log: Logger): Promise<Tls | undefined> {
  const { tlsCert: cert, tlsKey: key, tlsClientCa: clientCa } = options;
  if (cert === '') return undefined;
  return openTls({ files: { cert, key, ...(clientCa !== '' && { clientCa }) }, log });
}
