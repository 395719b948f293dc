// For load balancers and orchestrators: whether the process lives, and whether it takes events.
import Router from 'koa-router';
import type { Readiness } from '../schemas/status.ts';

/** `/healthz` answers 200 while the process can answer at all, `/readyz` 503 with every reason while it is not ready. */
export function healthRoutes(readiness: () => Readiness): Router {
  const router = new Router();
  router.use((ctx, next) => {
    ctx.set('cache-control', 'no-store');
    return next();
  });
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/readyz', (ctx) => {
    const report = readiness();
    ctx.status = report.ready ? 200 : 503;
    if (!report.ready) ctx.set('retry-after', '1');
    ctx.body = report;
  });
  return router;
}
