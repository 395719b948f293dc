// For Prometheus: the counters of now.
import Router from 'koa-router';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `/metrics` answers what `scrape` does, in Prometheus' text format. */
export function metricsRoutes(scrape: () => Promise<string>): Router {
  const router = new Router();
  router.get('/metrics', async (ctx) => {
    ctx.set('cache-control', 'no-store');
    ctx.set('content-type', PROMETHEUS_TEXT);
    ctx.body = await scrape();
  });
  return router;
}
