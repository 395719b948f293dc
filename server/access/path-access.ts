// Every path outside /api and what it asks of who calls it (SPEC §11). What stands in no row is not reached: a new route
// needs its row, and the construction of the server fails without.
import type { Role } from '../../core/access/role.ts';

/**
 * What a path asks for: nothing; at least a role; or a role once a token with exactly that role is set (before that,
 * the path stays open as users of Dsiem have it).
 */
export type PathNeed =
  | { readonly kind: 'open' }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'once-set'; readonly role: Role };

/** A decision about a path. */
export interface PathAccess {
  /** Without a slash at the end; it stands for itself with and without one. */
  readonly path: string;
  /** Paths below it too. */
  readonly isTree?: true;
  /** HEAD goes with GET; UPGRADE is a WebSocket. */
  readonly methods: readonly string[];
  readonly need: PathNeed;
  /** A browser's page may ask by whatever name leads here: senders and backends know us by names we do not know. */
  readonly anyHost?: true;
}

/** The method under which the handshake of a WebSocket is looked up. */
export const UPGRADE = 'UPGRADE';
const OPEN: PathNeed = { kind: 'open' };
const READER: PathNeed = { kind: 'role', role: 'reader' };

export const PATH_ACCESS: readonly PathAccess[] = [
  { path: '/events', methods: ['POST'], need: { kind: 'once-set', role: 'events' }, anyHost: true },
  { path: '/config', isTree: true, methods: ['GET'], need: OPEN, anyHost: true },
  {
    path: '/config',
    isTree: true,
    methods: ['POST', 'DELETE'],
    need: { kind: 'once-set', role: 'admin' },
  },
  { path: '/eps', methods: ['GET', UPGRADE], need: OPEN },
  { path: '/alarms', methods: ['GET', UPGRADE], need: READER },
  { path: '/healthz', methods: ['GET'], need: OPEN },
  { path: '/readyz', methods: ['GET'], need: OPEN },
  { path: '/debug/vars', methods: ['GET'], need: OPEN },
  { path: '/metrics', methods: ['GET'], need: { kind: 'once-set', role: 'reader' } },
  { path: '', methods: ['GET'], need: OPEN },
  { path: '/ui', isTree: true, methods: ['GET'], need: OPEN },
];

/** A path that has a decision, but not for the method of a request; `allowed` is empty where no method has one. */
export interface Undecided {
  readonly allowed: readonly string[];
}

/** The decision about a request, or which methods the path has. */
export function findPathAccess(method: string, path: string): PathAccess | Undecided {
  const rows = PATH_ACCESS.filter((row) => covers(row, path));
  const name = method === 'HEAD' ? 'GET' : method;
  const row = rows.find(({ methods }) => methods.includes(name));
  if (row !== undefined) return row;
  const allowed = rows.flatMap(({ methods }) => methods).filter((other) => other !== UPGRADE);
  return { allowed };
}

function covers({ path: base, isTree }: PathAccess, path: string): boolean {
  if (path === base || path === `${base}/`) return true;
  return isTree === true && path.startsWith(`${base}/`);
}

/** A route as koa-router holds it. */
export interface RouteLayer {
  readonly methods: readonly string[];
  readonly path: string;
}

/** `METHOD /path` of every route outside /api that no row decides; parameters count as one part of a path. */
export function findUndecidedRoutes(layers: readonly RouteLayer[]): string[] {
  return layers.flatMap(({ methods, path }) =>
    methods
      .filter((method) => 'allowed' in findPathAccess(method, path))
      .map((method) => `${method} ${path}`),
  );
}
