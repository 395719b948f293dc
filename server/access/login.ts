// Logging in and out with a browser: a token, or the code of a login link, becomes a session.
import type { IncomingMessage } from 'node:http';
import { includesRole, type AccessToken } from '../../core/access/role.ts';
import {
  missingToken,
  NEEDS_BEARER,
  NO_PAGE,
  shutOut,
  tooLittle,
  WRONG_CODE,
  type AccessRefusal,
} from './access-answers.ts';
import { callerOf, isOwnPage, type Authenticator } from './authenticator.ts';
import { findToken } from './bearer-token.ts';
import type { Caller } from './caller.ts';
import type { Client } from './client-address.ts';
import type { LoginCodes } from './login-codes.ts';
import { readSessionCookie, writeSessionCookie } from './session-cookie.ts';
import { SESSION_LIMITS, type Sessions } from './sessions.ts';
import { isCurrent, type RefreshedTokens } from './token-source.ts';
import type { WrongTokens } from './wrong-tokens.ts';

/** What somebody logs in with. */
export type Credential = { readonly token: string } | { readonly code: string };

/** Logging in and out, for one request. */
export interface Login {
  /** Who asks, where they may read at all; `leftMs` of a session until it ends at the latest. */
  current(): { readonly caller: Caller; readonly leftMs: number | undefined } | undefined;
  /** Begins a session, in place of the one there was; `cookie` is to be set. */
  begin(credential: Credential): Promise<BegunSession | AccessRefusal>;
  /** Ends the session, if there is one; `cookie` is to be set. */
  end(): { readonly cookie: string } | AccessRefusal;
  /** A code that logs in as the token of this request. */
  issueCode(): { readonly code: string } | AccessRefusal;
}

/** A session as it begins; `cookie` is to be set. */
export interface BegunSession {
  readonly caller: Caller;
  readonly cookie: string;
  readonly leftMs: number;
}

export interface LoginDeps {
  readonly tokens: RefreshedTokens;
  readonly sessions: Sessions;
  readonly codes: LoginCodes;
  readonly authenticator: Authenticator;
  readonly wrong: WrongTokens;
}

/** Makes the login of a request. */
export function createLogin(deps: LoginDeps, request: IncomingMessage, client: Client): Login {
  const { tokens, sessions, codes, authenticator, wrong } = deps;
  const { isSecure, limitKey, address } = client;

  function judgeCode(code: string): AccessToken | AccessRefusal {
    const seconds = wrong.secondsShut(limitKey, undefined);
    if (seconds > 0) return shutOut(seconds);
    const token = codes.use(code);
    if (token !== undefined && isCurrent(tokens, token)) return token;
    wrong.countWrong(limitKey, address);
    return WRONG_CODE;
  }

  async function judgeToken(given: string): Promise<AccessToken | AccessRefusal> {
    if (!authenticator.knows(given)) await tokens.refresh();
    return authenticator.judge(given, client);
  }

  function endSession(): void {
    const secret = readSessionCookie(request, isSecure);
    if (secret !== undefined) sessions.end(secret);
  }

  return {
    current: () => {
      const caller = authenticator.require(request, client, 'reader');
      if ('status' in caller) return undefined;
      const secret =
        findToken(request.headers) === undefined ? readSessionCookie(request, isSecure) : undefined;
      const session = secret === undefined ? undefined : sessions.find(secret);
      return { caller, leftMs: session?.leftMs };
    },
    begin: async (credential) => {
      const token =
        'code' in credential ? judgeCode(credential.code) : await judgeToken(credential.token);
      if ('status' in token) return token;
      if (!includesRole(token.role, 'reader')) return tooLittle('reader', token.role);
      endSession();
      const leftMs = SESSION_LIMITS.longestMs;
      const cookie = { secret: sessions.open(token), seconds: leftMs / 1000 };
      return {
        caller: callerOf(token, client),
        ...{ cookie: writeSessionCookie(request, isSecure, cookie), leftMs },
      };
    },
    end: () => {
      const isSession = readSessionCookie(request, isSecure) !== undefined;
      if (isSession && !isOwnPage(request)) return NO_PAGE;
      endSession();
      return { cookie: writeSessionCookie(request, isSecure, { secret: '', seconds: 0 }) };
    },
    issueCode: () => {
      const given = findToken(request.headers);
      if (given === undefined) {
        const isSession = readSessionCookie(request, isSecure) !== undefined;
        return isSession ? NEEDS_BEARER : missingToken('change');
      }
      const token = authenticator.judge(given, client);
      return 'status' in token ? token : { code: codes.issue(token) };
    },
  };
}
