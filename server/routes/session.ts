import { includesRole, type Role } from '../../core/access/role.ts';
import type { Login } from '../access/login.ts';
import { CODE_LIFETIME_MS } from '../access/login-codes.ts';
import { defineRoute, type AnyApiRoute, type Caller } from '../api-route.ts';
import { auditCaller, type AuditPort } from '../audit.ts';
import type { Clock } from '../clock.ts';
import { AnswerError } from '../error-answer.ts';
import type { ProcessFacts } from './status.ts';
import {
  loginCodeSchema,
  loginSchema,
  sessionSchema,
  type SessionView,
} from '../schemas/session.ts';

/** What the page is told of the options. */
export interface PageOptions {
  /** A new alarm gets the first of each. */
  readonly statuses: readonly string[];
  readonly tags: readonly string[];
  /** Empty: none. */
  readonly kibanaUrl: string;
  readonly riskBounds: { readonly medRiskMin: number; readonly medRiskMax: number };
}

export interface SessionRoutesDeps {
  readonly page: PageOptions;
  readonly facts: Pick<ProcessFacts, 'version' | 'mode' | 'node'>;
  readonly writableConfig: boolean;
  readonly clock: Clock;
  readonly audit: AuditPort;
}

/** Logging in and out, and what the page needs to know of who sits before it. */
export function sessionRoutes(deps: SessionRoutesDeps): readonly AnyApiRoute[] {
  const { audit } = deps;
  const show = defineRoute({
    ...{ method: 'get', path: '/session', summary: 'Tells who asks and what they may do' },
    access: { role: 'open' },
    answers: { 200: sessionSchema },
    handle: ({ login }) => ({
      status: 200,
      body: describeSession(deps, needLogin(login).current()),
    }),
  });
  const begin = defineRoute({
    ...{ method: 'post', path: '/session', summary: 'Logs in: sets the cookie of a session' },
    access: { role: 'open' },
    body: loginSchema,
    answers: { 200: sessionSchema },
    handle: async ({ login, body }) => {
      const begun = await needLogin(login).begin(body);
      if ('status' in begun) throw new AnswerError(begun);
      const by = 'code' in body ? 'code' : 'token';
      audit.record({ ...auditCaller(begun.caller), action: 'session.begin', what: by });
      const headers = { 'set-cookie': begun.cookie };
      return { status: 200, headers, body: describeSession(deps, begun) };
    },
  });
  const end = defineRoute({
    ...{ method: 'delete', path: '/session', summary: 'Logs out: ends the session' },
    access: { role: 'open' },
    answers: { 204: undefined },
    handle: ({ login: given }) => {
      const login = needLogin(given);
      const current = login.current();
      const ended = login.end();
      if ('status' in ended) throw new AnswerError(ended);
      if (current?.leftMs !== undefined) {
        audit.record({ ...auditCaller(current.caller), action: 'session.end', what: 'log out' });
      }
      return { status: 204, headers: { 'set-cookie': ended.cookie } };
    },
  });
  const issueCode = defineRoute({
    ...{ method: 'post', path: '/session/codes', summary: 'Makes a code that logs in once' },
    access: { role: 'admin' },
    answers: { 201: loginCodeSchema },
    handle: ({ login, caller }) => {
      const issued = needLogin(login).issueCode();
      if ('status' in issued) throw new AnswerError(issued);
      audit.record({ ...auditCaller(caller), action: 'session.code', what: caller.name });
      const body = { code: issued.code, expires_in: CODE_LIFETIME_MS / 1000 };
      return { status: 201, body };
    },
  });
  return [show, begin, end, issueCode];
}

function needLogin(login: Login | undefined): Login {
  if (login === undefined) throw new Error('no access layer stands in front of the session');
  return login;
}

function describeSession(
  { facts, page, writableConfig, clock }: SessionRoutesDeps,
  current: ReturnType<Login['current']>,
): SessionView {
  const nowMs = clock.wallMs();
  const leftMs = current?.leftMs;
  const mayRead = current !== undefined;
  return {
    name: current?.caller.name ?? null,
    role: roleOf(current?.caller),
    logged_in: leftMs !== undefined,
    expires: leftMs === undefined ? null : Math.floor((nowMs + leftMs) / 1000),
    can: describePermissions(current?.caller, writableConfig),
    writable_config: mayRead && writableConfig,
    time: Math.floor(nowMs),
    version: mayRead ? facts.version : '',
    mode: mayRead ? facts.mode : '',
    node: mayRead ? facts.node : '',
    statuses: mayRead ? [...page.statuses] : [],
    tags: mayRead ? [...page.tags] : [],
    risk_bounds: {
      medium_from: page.riskBounds.medRiskMin,
      high_above: page.riskBounds.medRiskMax,
    },
    kibana_url: mayRead ? page.kibanaUrl : '',
  };
}

function roleOf(caller: Caller | undefined): SessionView['role'] {
  return caller === undefined || caller.role === 'events' ? null : caller.role;
}

/** What the routes of /api let this caller do; kept beside their `access` by a test. */
function describePermissions(
  caller: Caller | undefined,
  writableConfig: boolean,
): SessionView['can'] {
  const may = (need: Role): boolean => caller !== undefined && includesRole(caller.role, need);
  return {
    read: may('reader'),
    change_alarms: may('analyst'),
    switch_directives: may('admin'),
    stop_backlogs: may('admin'),
    reload: may('admin'),
    write_configuration: may('admin') && writableConfig,
  };
}
