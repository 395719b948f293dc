import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Router from 'koa-router';
import { findUndecidedRoutes, PATH_ACCESS } from '../../../server/access/path-access.ts';
import { createAccess, UndecidedRouteError } from '../../../server/access/access.ts';
import { hashToken } from '../../../server/access/bearer-token.ts';
import { OTHER_ROUTES } from '../../support/access-table.ts';
import { createCapturedLog } from '../../support/captured-log.ts';

describe('the table of paths', () => {
  it('has a row for every route of the tests, and the tests have every row', () => {
    const layers = OTHER_ROUTES.map(({ method, path }) => ({ methods: [method], path }));
    assert.deepEqual(findUndecidedRoutes(layers), []);
    const tested = new Set(OTHER_ROUTES.map(({ method, path }) => `${method} ${trim(path)}`));
    const untested = PATH_ACCESS.flatMap(({ methods, path }) =>
      methods.map((method) => `${method} ${path}`),
    ).filter((row) => ![...tested].some((route) => route === row || route.startsWith(`${row}/`)));
    assert.deepEqual(untested, []);
  });

  it('finds routes without a decision, by their path or by their method', () => {
    const router = new Router();
    router.get('/config/:file', () => undefined);
    router.put('/config/:file', () => undefined);
    router.get('/debug/heap', () => undefined);
    router.use(() => undefined);
    assert.deepEqual(findUndecidedRoutes(router.stack), [
      'PUT /config/:file',
      'HEAD /debug/heap',
      'GET /debug/heap',
    ]);
  });

  it('lets no server be made with such a route', () => {
    const router = new Router();
    router.get('/new-thing', () => undefined);
    const make = (): unknown =>
      createAccess({
        options: {
          ipAddress: '127.0.0.1',
          writableConfig: false,
          allowedHosts: [],
          trustedProxy: [],
          userHeader: '',
        },
        routes: [],
        otherRoutes: router.stack,
        tokens: {
          set: () => [],
          firstStart: { name: 'first', role: 'admin', hash: hashToken('x') },
          refresh: () => Promise.resolve(),
        },
        monotonicMs: () => 0,
        wrongTokens: 5,
        log: createCapturedLog().log,
      });
    assert.throws(make, UndecidedRouteError);
  });
});

function trim(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
