// Who may do what: every request and WebSocket passes here before any route sees it (SPEC §11). Decisions are the `access`
// of the routes below /api and the table of path-access.ts for all else; where there is none, nothing is reached.
import type { IncomingMessage } from 'node:http';
import type Logger from 'bunyan';
import type { Middleware } from 'koa';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import {
  FOREIGN_HOST,
  FOREIGN_PAGE,
  noMethod,
  NO_PATH,
  READ_ONLY_CONFIGURATION,
  type AccessRefusal,
} from './access-answers.ts';
import { API_PREFIX, createApiNeeds, type DecidedRoute } from './api-access.ts';
import { createAuthenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { createClientReader, type Client } from './client-address.ts';
import { createLoginCodes, type LoginCodes } from './login-codes.ts';
import { createLogin, type Login } from './login.ts';
import { createOwnHosts } from './own-hosts.ts';
import {
  findPathAccess,
  findUndecidedRoutes,
  type PathNeed,
  type RouteLayer,
  type Undecided,
  UPGRADE,
} from './path-access.ts';
import { createSessions } from './sessions.ts';
import type { RefreshedTokens } from './token-source.ts';
import { createWrongTokens } from './wrong-tokens.ts';

/** The options of SPEC §11 that decide about access. */
export interface AccessOptions {
  readonly ipAddress: string;
  readonly writableConfig: boolean;
  readonly allowedHosts: readonly string[];
  readonly trustedProxy: readonly string[];
  readonly userHeader: string;
}

export interface AccessDeps {
  readonly options: AccessOptions;
  /** Every route below /api. */
  readonly routes: readonly DecidedRoute[];
  /** Every other route: the `stack` of each router. */
  readonly otherRoutes: readonly RouteLayer[];
  readonly tokens: RefreshedTokens;
  /** Absent: none but those that are made by request. */
  readonly loginCodes?: LoginCodes;
  /** Milliseconds of a steady clock. */
  readonly monotonicMs: () => number;
  /** Wrong tokens of one address in a minute until 429. */
  readonly wrongTokens: number;
  readonly log: Logger;
}

export interface Access {
  /** For koa, before all routers: sets `ctx.state.caller` and `login`, or throws AnswerError 400, 401, 403, 404, 405 or 429. */
  readonly middleware: Middleware<{ caller: Caller; login: Login }>;
  /** For a WebSocket handshake: who connects, or the refusal. */
  checkUpgrade(request: IncomingMessage): Promise<{ readonly caller: Caller } | ErrorAnswer>;
  /** Whether a WebSocket that was let in still may stay: its token or session is there. */
  mayStay(request: IncomingMessage): boolean;
  /** For POST /events, whose endpoint itself refuses cross-site pages: the refusal, if any; later where the token is new to us. */
  checkEvents(
    request: IncomingMessage,
  ): AccessRefusal | undefined | Promise<AccessRefusal | undefined>;
}

/** A route exists about which nobody decided who may call it. */
export class UndecidedRouteError extends Error {
  override readonly name = 'UndecidedRouteError';
  readonly routes: readonly string[];

  constructor(routes: readonly string[]) {
    super(`server/access/path-access.ts has no row for ${routes.join(', ')}`);
    this.routes = routes;
  }
}

/** What a request asks for, whatever kind of route it means. */
interface Decision {
  readonly needs: readonly PathNeed[];
  readonly anyHost: boolean;
  readonly writesConfiguration: boolean;
}

/** Throws UndecidedRouteError when a route outside /api has no decision. */
export function createAccess(deps: AccessDeps): Access {
  const undecided = findUndecidedRoutes(deps.otherRoutes);
  if (undecided.length > 0) throw new UndecidedRouteError(undecided);
  const { options, tokens } = deps;
  const apiNeeds = createApiNeeds(deps.routes);
  const clientOf = createClientReader(options);
  const hosts = createOwnHosts(options);
  const wrong = createWrongTokens({
    limit: deps.wrongTokens,
    monotonicMs: deps.monotonicMs,
    onShut: (from) => {
      deps.log.warn({ from }, 'too many wrong tokens came from one address');
    },
  });
  const sessions = createSessions(tokens, deps.monotonicMs);
  const codes = deps.loginCodes ?? createLoginCodes(deps.monotonicMs);
  const authenticator = createAuthenticator(tokens, sessions, wrong);
  const loginParts = { tokens, sessions, codes, authenticator, wrong };

  function decide(method: string, path: string): Decision | ErrorAnswer {
    if (path !== API_PREFIX && !path.startsWith(`${API_PREFIX}/`))
      return decideByTable(method, path);
    const needs = apiNeeds(method, path);
    if ('allowed' in needs) return answerUndecided(needs);
    return {
      needs: needs.map(({ role }) => (role === 'open' ? { kind: 'open' } : { kind: 'role', role })),
      anyHost: false,
      writesConfiguration: needs.some(({ writesConfiguration }) => writesConfiguration === true),
    };
  }

  function checkPlace(request: IncomingMessage, anyHost: boolean): AccessRefusal | undefined {
    if (!anyHost && !hosts.isOwn(request)) return FOREIGN_HOST;
    return hosts.isForeignPage(request.headers) ? FOREIGN_PAGE : undefined;
  }

  function checkNeed(
    request: IncomingMessage,
    client: Client,
    need: PathNeed,
  ): Caller | AccessRefusal {
    if (need.kind === 'open') return authenticator.identify(request, client, 'reader');
    if (need.kind === 'once-set' && !authenticator.isSet(need.role)) {
      return authenticator.identify(request, client, need.role);
    }
    return authenticator.require(request, client, need.role);
  }

  function check(request: IncomingMessage, decision: Decision): Caller | AccessRefusal {
    const client = clientOf(request);
    const refusal = checkPlace(request, decision.anyHost);
    if (refusal !== undefined) return refusal;
    let caller: Caller | undefined;
    for (const need of decision.needs) {
      const checked = checkNeed(request, client, need);
      if ('status' in checked) return checked;
      caller = checked;
    }
    if (decision.writesConfiguration && !options.writableConfig) return READ_ONLY_CONFIGURATION;
    return caller ?? authenticator.identify(request, client, 'reader');
  }

  function checkSender(request: IncomingMessage): AccessRefusal | undefined {
    const checked = authenticator.require(request, clientOf(request), 'events');
    return 'status' in checked ? checked : undefined;
  }

  return {
    middleware: async (ctx, next) => {
      const decision = decide(ctx.method, ctx.path);
      if ('status' in decision) throw new AnswerError(decision);
      if (authenticator.isUnknown(ctx.req)) await tokens.refresh();
      const checked = check(ctx.req, decision);
      if ('status' in checked) throw new AnswerError(checked);
      ctx.state.caller = checked;
      ctx.state.login = createLogin(loginParts, ctx.req, clientOf(ctx.req));
      await next();
    },
    checkUpgrade: async (request) => {
      const decision = decide(UPGRADE, pathOf(request.url ?? ''));
      if ('status' in decision) return decision;
      if (authenticator.isUnknown(request)) await tokens.refresh();
      const checked = check(request, decision);
      return 'status' in checked ? checked : { caller: checked };
    },
    mayStay: (request) => {
      const decision = decide(UPGRADE, pathOf(request.url ?? ''));
      if ('status' in decision) return false;
      // Asked again and again: a token that is gone must not count as one more wrong one each time.
      if (authenticator.isUnknown(request))
        return decision.needs.every(({ kind }) => kind === 'open');
      return !('status' in check(request, decision));
    },
    checkEvents: (request) => {
      if (!authenticator.isSet('events')) return undefined;
      if (!authenticator.isUnknown(request)) return checkSender(request);
      return tokens.refresh().then(() => checkSender(request));
    },
  };
}

function decideByTable(method: string, path: string): Decision | ErrorAnswer {
  const row = findPathAccess(method, path);
  if ('allowed' in row) return answerUndecided(row);
  return { needs: [row.need], anyHost: row.anyHost === true, writesConfiguration: false };
}

function answerUndecided({ allowed }: Undecided): ErrorAnswer {
  return allowed.length === 0 ? NO_PATH : noMethod(allowed);
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
