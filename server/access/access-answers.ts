// The refusals of the access layer: each says why, and what to do about it.
import type { Role } from '../../core/access/role.ts';
import type { ErrorAnswer } from '../error-answer.ts';

/** A refusal for which the ledger has a count. */
export type AccessRefusal = ErrorAnswer & { readonly status: 400 | 401 | 403 | 429 };

const CHALLENGE = { 'www-authenticate': 'Bearer realm="dsiem"' };
const HOW =
  'send one as the header "Authorization: Bearer <token>": make it with "dsiem token add", or an admin takes the one in the file admin-token in the log directory';

export const FOREIGN_HOST: AccessRefusal = {
  status: 403,
  code: 'foreign_host',
  message:
    'the Host header names another machine; if it is a name of this one, start with --allowed-hosts and that name',
};

export const FOREIGN_PAGE: AccessRefusal = {
  status: 403,
  code: 'cross_site',
  message: "a browser must not ask on behalf of another site's page",
};

export const TOKEN_IN_URL: AccessRefusal = {
  status: 400,
  code: 'token_in_url',
  message: `a token does not belong in a URL, which ends up in logs and histories; ${HOW}`,
};

export const WRONG_TOKEN: AccessRefusal = {
  status: 401,
  code: 'wrong_token',
  message:
    'this token is not known here, or it was revoked; "dsiem token list" shows those there are',
  headers: { 'www-authenticate': 'Bearer realm="dsiem", error="invalid_token"' },
};

export const WRONG_CODE: AccessRefusal = {
  status: 401,
  code: 'wrong_code',
  message:
    'this login link was used, or is older than 15 minutes; "dsiem login" on the machine of the engine makes a new one',
};

export const SESSION_ENDED: AccessRefusal = {
  status: 401,
  code: 'session_ended',
  message: 'this session has ended, or its token was removed; log in again',
};

export const NO_PAGE: AccessRefusal = {
  status: 403,
  code: 'cross_site',
  message:
    'a change by a session must say by the header Origin or Sec-Fetch-Site that a page of this server asks for it',
};

export const NEEDS_BEARER: AccessRefusal = {
  status: 403,
  code: 'token_needed',
  message: `a session cannot make codes for further ones, only a token can; ${HOW}`,
};

/** Why a request without a token needs one. */
export type MissingReason = 'elsewhere' | 'change' | 'set';

const MISSING: Readonly<Record<MissingReason, string>> = {
  elsewhere: 'from another machine, or through a proxy, this needs a token',
  change: 'without a token this machine may read, but change nothing',
  set: 'tokens are set, so this needs one, from this machine too',
};

/** A request without a token that needs one. */
export function missingToken(reason: MissingReason): AccessRefusal {
  return {
    status: 401,
    code: 'token_needed',
    message: `${MISSING[reason]}; ${HOW}`,
    headers: CHALLENGE,
  };
}

/** A token that is right, but not for this. */
export function tooLittle(need: Role, have: Role): AccessRefusal {
  return {
    status: 403,
    code: 'role_needed',
    message: `this needs a token with the role ${need}, this one has the role ${have}`,
    details: { needed: need, role: have },
  };
}

export const READ_ONLY_CONFIGURATION: AccessRefusal = {
  status: 403,
  code: 'configuration_read_only',
  message: 'the configuration can be changed over HTTP only when started with --writable-config',
};

/** Too many wrong tokens came from this address. */
export function shutOut(seconds: number): AccessRefusal {
  return {
    status: 429,
    code: 'too_many_wrong_tokens',
    message: 'too many wrong tokens came from this address; tokens are looked at again later',
    headers: { 'retry-after': String(seconds) },
  };
}

export const NO_PATH: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'nothing is at this path',
};

/** A path that has other methods only. */
export function noMethod(allowed: readonly string[]): ErrorAnswer {
  return {
    status: 405,
    code: 'method_not_allowed',
    message: 'this path has no such method',
    headers: { allow: allowed.join(', ') },
  };
}
