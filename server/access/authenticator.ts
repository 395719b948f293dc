// Finds out by its token who calls, and whether that is enough.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { includesRole, type AccessToken, type Role } from '../../core/access/role.ts';
import type { Caller } from '../api-route.ts';
import {
  missingToken,
  shutOut,
  TOKEN_IN_URL,
  tooLittle,
  WRONG_TOKEN,
  type AccessRefusal,
} from './access-answers.ts';
import { findToken, hashToken, hasTokenInUrl } from './bearer-token.ts';
import type { Client } from './client-address.ts';
import type { WrongTokens } from './wrong-tokens.ts';

/** The tokens of the moment. */
export interface TokenSource {
  /** Those that somebody set: by option or with `dsiem token add`. */
  set(): readonly AccessToken[];
  /** The one that the first start made. It works like the others, and does not count as set. */
  readonly firstStart: AccessToken;
}

export interface Authenticator {
  /** The caller if it has the role, else why not. */
  require(request: IncomingMessage, client: Client, need: Role): Caller | AccessRefusal;
  /** The caller by its token where anybody may call, for the audit log; wrong tokens are not looked at. */
  identify(request: IncomingMessage, client: Client, role: Role): Caller;
  /** Whether a token with exactly this role is set. */
  isSet(role: Role): boolean;
  /** Whether the request brings a token that nobody knows. */
  isUnknown(request: IncomingMessage): boolean;
}

/** Who asks without a token where none is needed. */
const NOBODY = 'anonymous';
const THIS_MACHINE = 'loopback';

/** Compares tokens by their hashes in a time that does not depend on them. */
export function createAuthenticator(tokens: TokenSource, wrong: WrongTokens): Authenticator {
  function find(token: string): AccessToken | undefined {
    const hash = hashToken(token);
    let found: AccessToken | undefined;
    for (const candidate of [...tokens.set(), tokens.firstStart]) {
      if (timingSafeEqual(candidate.hash, hash)) found ??= candidate;
    }
    return found;
  }

  function withoutToken(client: Client, need: Role): Caller | AccessRefusal {
    if (!client.isLocal) return missingToken('elsewhere');
    if (tokens.set().length > 0) return missingToken('set');
    if (need !== 'reader') return missingToken('change');
    return { name: THIS_MACHINE, role: 'reader', from: client.address };
  }

  return {
    require: (request, client, need) => {
      if (hasTokenInUrl(request.url ?? '')) return TOKEN_IN_URL;
      const given = findToken(request.headers);
      if (given === undefined) return withoutToken(client, need);
      const token = find(given);
      const key = token === undefined ? undefined : keyOf(token);
      const seconds = wrong.secondsShut(client.limitKey, key);
      if (seconds > 0) return shutOut(seconds);
      if (token === undefined || key === undefined) {
        wrong.countWrong(client.limitKey, client.address);
        return WRONG_TOKEN;
      }
      wrong.noteRight(client.limitKey, key);
      if (!includesRole(token.role, need)) return tooLittle(need, token.role);
      return callerOf(token, client);
    },
    identify: (request, client, role) => {
      const given = findToken(request.headers);
      const token = given === undefined ? undefined : find(given);
      if (token === undefined) return { name: client.person ?? NOBODY, role, from: client.address };
      return callerOf(token, client);
    },
    isSet: (role) => tokens.set().some((token) => token.role === role),
    isUnknown: (request) => {
      const given = findToken(request.headers);
      return given !== undefined && find(given) === undefined;
    },
  };
}

/** The token gives the role; behind a trusted proxy the person who logged in there gives the name. */
function callerOf({ name, role }: AccessToken, { person, address }: Client): Caller {
  return { name: person ?? name, role, from: address };
}

function keyOf({ hash }: AccessToken): string {
  return Buffer.from(hash).toString('base64');
}
