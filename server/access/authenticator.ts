// Finds out by its token or session who calls, and whether that is enough.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { includesRole, type AccessToken, type Role } from '../../core/access/role.ts';
import {
  missingToken,
  NO_PAGE,
  SESSION_ENDED,
  shutOut,
  TOKEN_IN_URL,
  tooLittle,
  WRONG_TOKEN,
  type AccessRefusal,
} from './access-answers.ts';
import { findToken, hashToken, hasTokenInUrl } from './bearer-token.ts';
import type { Caller } from './caller.ts';
import type { Client } from './client-address.ts';
import { readSessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import { findByHash, type TokenSource } from './token-source.ts';
import type { WrongTokens } from './wrong-tokens.ts';

export interface Authenticator {
  /** The caller if it has the role, else why not. */
  require(request: IncomingMessage, client: Client, need: Role): Caller | AccessRefusal;
  /** The caller by its token where anybody may call, for the audit log; wrong tokens are not looked at. */
  identify(request: IncomingMessage, client: Client, role: Role): Caller;
  /** The token that somebody gives, unless it is wrong, or wrong ones came too often from there. */
  judge(given: string, client: Client): AccessToken | AccessRefusal;
  /** Whether a token with exactly this role is set. */
  isSet(role: Role): boolean;
  /** Whether there is such a token. */
  knows(given: string): boolean;
  /** Whether the request brings a token that nobody knows. */
  isUnknown(request: IncomingMessage): boolean;
}

/** Who asks without a token where none is needed. */
const NOBODY = 'anonymous';
const THIS_MACHINE = 'loopback';
const HARMLESS = new Set(['GET', 'HEAD']);

/** Compares tokens by their hashes in a time that does not depend on them. */
export function createAuthenticator(
  tokens: TokenSource,
  sessions: Pick<Sessions, 'find'>,
  wrong: WrongTokens,
): Authenticator {
  function find(token: string): AccessToken | undefined {
    return findByHash(tokens, hashToken(token));
  }

  function withoutToken(client: Client, need: Role): Caller | AccessRefusal {
    if (!client.isLocal) return missingToken('elsewhere');
    if (tokens.set().length > 0) return missingToken('set');
    if (need !== 'reader') return missingToken('change');
    return { name: THIS_MACHINE, role: 'reader', from: client.address };
  }

  function bySession(
    request: IncomingMessage,
    client: Client,
    need: Role,
  ): AccessToken | Caller | AccessRefusal {
    const secret = readSessionCookie(request, client.isSecure);
    if (secret === undefined) return withoutToken(client, need);
    const session = sessions.find(secret);
    if (session === undefined) {
      // A cookie that is left over must not take away what is free to all.
      const other = withoutToken(client, need);
      return 'status' in other ? SESSION_ENDED : other;
    }
    return isOwnPage(request) ? session.token : NO_PAGE;
  }

  function judge(given: string, client: Client): AccessToken | AccessRefusal {
    const token = find(given);
    const key = token === undefined ? undefined : keyOf(token);
    const seconds = wrong.secondsShut(client.limitKey, key);
    if (seconds > 0) return shutOut(seconds);
    if (token === undefined || key === undefined) {
      wrong.countWrong(client.limitKey, client.address);
      return WRONG_TOKEN;
    }
    wrong.noteRight(client.limitKey, key);
    return token;
  }

  return {
    judge,
    require: (request, client, need) => {
      if (hasTokenInUrl(request.url ?? '')) return TOKEN_IN_URL;
      const given = findToken(request.headers);
      const found = given === undefined ? bySession(request, client, need) : judge(given, client);
      if (!('hash' in found)) return found;
      return includesRole(found.role, need) ? callerOf(found, client) : tooLittle(need, found.role);
    },
    identify: (request, client, role) => {
      const given = findToken(request.headers);
      const token = given === undefined ? sessionToken(request, client) : find(given);
      if (token === undefined) return { name: client.person ?? NOBODY, role, from: client.address };
      return callerOf(token, client);
    },
    isSet: (role) => tokens.set().some((token) => token.role === role),
    knows: (given) => find(given) !== undefined,
    isUnknown: ({ headers }) => {
      const given = findToken(headers);
      return given !== undefined && find(given) === undefined;
    },
  };

  function sessionToken(request: IncomingMessage, client: Client): AccessToken | undefined {
    const secret = readSessionCookie(request, client.isSecure);
    if (secret === undefined || !isOwnPage(request)) return undefined;
    return sessions.find(secret)?.token;
  }
}

/**
 * Whether a request with a session is known to come from a page of this server. Other pages' requests were refused before
 * by what their browsers say; here those of old browsers are, which say nothing. Reading is harmless: no other page sees the answer.
 */
export function isOwnPage({ method = '', headers }: IncomingMessage): boolean {
  if (HARMLESS.has(method) && headers.upgrade === undefined) return true;
  return saysWhichPage(headers);
}

function saysWhichPage({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return origin !== undefined || site !== undefined;
}

/** The token gives the role; behind a trusted proxy the person who logged in there gives the name. */
export function callerOf(
  { name, role }: AccessToken,
  { person, address }: Pick<Client, 'person' | 'address'>,
): Caller {
  return { name: person ?? name, role, from: address };
}

function keyOf({ hash }: AccessToken): string {
  return Buffer.from(hash).toString('base64');
}
