import Router from 'koa-router';
import type { AccessNeed, AnyApiRoute } from '../api-route.ts';
import type { Undecided } from './path-access.ts';

/** What of a route is needed to know who may call it. */
export type DecidedRoute = Pick<AnyApiRoute, 'method' | 'path' | 'access'>;

export const API_PREFIX = '/api';

/** What the routes at a path below /api ask for, or which methods the path has. */
export type ApiNeeds = (method: string, path: string) => readonly AccessNeed[] | Undecided;

/**
 * Finds what a request asks for by the router's own rules, so that both mean the same route by the same path. Where
 * several routes fit, all of their needs count.
 */
export function createApiNeeds(routes: readonly DecidedRoute[]): ApiNeeds {
  const router = new Router({ prefix: API_PREFIX });
  const needs = new Map<string, AccessNeed>();
  for (const { method, path, access } of routes) {
    const name = `${method} ${path}`;
    needs.set(name, access);
    router.register(path, [method], () => undefined, { name });
  }
  return (method, path) => {
    const { path: byPath, pathAndMethod } = router.match(path, method);
    if (pathAndMethod.length === 0) return { allowed: byPath.flatMap(({ methods }) => methods) };
    return pathAndMethod.flatMap(({ name }) => needs.get(name) ?? []);
  };
}
