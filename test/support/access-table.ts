// The table of who may do what (SPEC §11), written out once more for tests: every route × token × place × origin, and what
// must become of each. It reads nothing of server/.
import type { AccessRequest } from './access-requests.ts';

type Role = 'events' | 'reader' | 'analyst' | 'admin';

/** A route and the role it asks for; `once set`: only when a token with exactly that role is set. */
export interface TableRoute {
  readonly method: string;
  readonly path: string;
  readonly role: Role | 'open';
  readonly when: 'always' | 'once set';
  readonly anyHost: boolean;
}

/** The routes outside /api. */
export const OTHER_ROUTES: readonly TableRoute[] = [
  ...other('POST', ['/events', '/events/'], 'events', { once: true, anyHost: true }),
  ...other('GET', ['/config', '/config/', '/config/assets_x.json'], 'open', { anyHost: true }),
  ...other('POST', ['/config/assets_x.json'], 'admin', { once: true }),
  ...other('DELETE', ['/config/assets_x.json'], 'admin', { once: true }),
  ...other('GET', ['/eps/', '/healthz', '/readyz', '/debug/vars'], 'open'),
  ...other('UPGRADE', ['/eps/', '/eps'], 'open'),
  ...other('GET', ['/metrics'], 'reader', { once: true }),
  ...other('GET', ['/alarms/'], 'reader'),
  ...other('UPGRADE', ['/alarms/', '/alarms'], 'reader'),
  ...other('GET', ['/', '/ui', '/ui/', '/ui/index.html'], 'open'),
];

function other(
  method: string,
  paths: readonly string[],
  role: Role | 'open',
  { once = false, anyHost = false } = {},
): TableRoute[] {
  const when = once ? 'once set' : 'always';
  return paths.map((path) => ({ method, path, role, when, anyHost }));
}

/** The routes below /api, with 1 in the place of every parameter. */
export const API_ROUTES: readonly TableRoute[] = [
  ...api('GET', 'reader', ['/status', '/options', '/openapi.json', '/schemas/1']),
  ...api('GET', 'reader', ['/alarms', '/alarms/facets', '/alarms/statistics', '/alarms/export']),
  ...api('GET', 'reader', ['/alarms/1', '/alarms/1/events']),
  ...api('PATCH', 'analyst', ['/alarms/1']),
  ...api('DELETE', 'analyst', ['/alarms/1']),
  ...api('POST', 'analyst', ['/alarms/1/comments', '/alarms/1/restore', '/alarms/1/look']),
  ...api('POST', 'analyst', ['/alarms/changes', '/alarms/changes/selection']),
  ...api('GET', 'reader', ['/directives', '/directives/1', '/backlogs', '/backlogs/1']),
  ...api('GET', 'reader', ['/configuration/files', '/configuration/files/1']),
  ...api('POST', 'reader', ['/configuration/files/1/check']),
  ...api('PUT', 'admin', ['/configuration/files/1', '/directives/1/enabled']),
  ...api('DELETE', 'admin', ['/configuration/files/1', '/backlogs/1']),
  ...api('POST', 'admin', ['/reload']),
  ...api('GET', 'open', ['/session']),
  ...api('POST', 'open', ['/session']),
  ...api('DELETE', 'open', ['/session']),
  ...api('POST', 'admin', ['/session/codes']),
];

function api(method: string, role: Role | 'open', paths: readonly string[]): TableRoute[] {
  return other(
    method,
    paths.map((path) => `/api${path}`),
    role,
  );
}

/** How a request identifies itself; `first` is the token of the first start. */
export type Credential = Role | 'none' | 'first' | 'wrong' | 'revoked';
export type Origin = 'own host' | 'foreign host' | 'foreign origin';
export type Place = 'loopback' | 'elsewhere';

export interface TableCase {
  readonly route: TableRoute;
  readonly credential: Credential;
  readonly origin: Origin;
  readonly place: Place;
  /** Whether a token of each role is set. */
  readonly areTokensSet: boolean;
}

const ORIGINS = ['own host', 'foreign host', 'foreign origin'] as const;
const ALWAYS_THERE = ['none', 'first', 'wrong', 'revoked'] as const;

/** Every case of one place. */
export function listCases(
  routes: readonly TableRoute[],
  place: Place,
  areTokensSet: boolean,
): TableCase[] {
  const roles = ['events', 'reader', 'analyst', 'admin'] as const;
  const credentials: readonly Credential[] = areTokensSet
    ? [...ALWAYS_THERE, ...roles]
    : ALWAYS_THERE;
  return routes.flatMap((route) =>
    credentials.flatMap((credential) =>
      ORIGINS.map((origin) => ({ route, credential, origin, place, areTokensSet })),
    ),
  );
}

/** The code of the refusal that the case must get, `allowed` for none. */
export function expectedOutcome(given: TableCase): string {
  const { route, credential, origin, place, areTokensSet } = given;
  if (origin === 'foreign origin') return 'cross_site';
  if (origin === 'foreign host' && !route.anyHost) return 'foreign_host';
  if (route.role === 'open') return 'allowed';
  if (route.when === 'once set' && !areTokensSet) return 'allowed';
  if (credential === 'wrong' || credential === 'revoked') return 'wrong_token';
  if (credential === 'none') {
    const mayRead = place === 'loopback' && !areTokensSet && route.role === 'reader';
    return mayRead ? 'allowed' : 'token_needed';
  }
  return MAY[credential].includes(route.role) ? 'allowed' : 'role_needed';
}

const EVERYTHING: readonly Role[] = ['events', 'reader', 'analyst', 'admin'];
const MAY: Readonly<Record<Role | 'first', readonly Role[]>> = {
  events: ['events'],
  reader: ['reader'],
  analyst: ['reader', 'analyst'],
  admin: EVERYTHING,
  first: EVERYTHING,
};

/** Codes of refusals that only the access layer gives. */
export const REFUSAL_CODES: ReadonlySet<string> = new Set([
  'foreign_host',
  'cross_site',
  'token_in_url',
  'wrong_token',
  'token_needed',
  'role_needed',
  'configuration_read_only',
  'too_many_wrong_tokens',
]);

/** The case as a request to a server that goes by the name `host`. */
export function toRequest(
  { route, credential, origin }: TableCase,
  host: string,
  tokens: Readonly<Record<Exclude<Credential, 'none'>, string>>,
): AccessRequest {
  const headers: Record<string, string> = { host };
  if (origin === 'foreign host') headers['host'] = 'attacker.example';
  if (origin === 'foreign origin') headers['origin'] = 'https://attacker.example';
  if (credential !== 'none') headers['authorization'] = `Bearer ${tokens[credential]}`;
  return { method: route.method, path: route.path, headers };
}

/** A case in words, for a failed test. */
export function describeCase({
  route,
  credential,
  origin,
  place,
  areTokensSet,
}: TableCase): string {
  const set = areTokensSet ? 'tokens set' : 'no token set';
  return `${route.method} ${route.path}, ${credential}, ${place}, ${origin}, ${set}`;
}
