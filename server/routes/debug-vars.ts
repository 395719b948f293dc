// What monitoring of the Go version reads: its published figures as expvar writes them.
import Router from 'koa-router';

/** Events a second, alarms since the start, live backlogs. */
export type DebugVars = Readonly<
  Record<'eps_counter' | 'alarm_counter' | 'backlog_counter', number>
>;

/** `/debug/vars` and `/debug/vars/` answer the figures as one JSON object. */
export function debugVarsRoutes(read: () => DebugVars): Router {
  const router = new Router();
  router.get('/debug/vars', (ctx) => {
    ctx.set('cache-control', 'no-store');
    ctx.body = read();
  });
  return router;
}
