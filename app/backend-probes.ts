// What a backend shows over HTTP, when --tcp-port is given: whether it lives and is ready, and its metrics.
import type Logger from 'bunyan';
import Router from 'koa-router';
import type { OptionSources } from '../config/option-rules.ts';
import type { Options } from '../config/options.ts';
import { createLedger } from '../core/ledger/ledger.ts';
import { createHttpServer } from '../server/http-server.ts';
import { healthRoutes } from '../server/routes/health.ts';
import type { Readiness } from '../server/schemas/status.ts';
import { CLOCK } from './engine-parts.ts';
import type { OpenedAccess } from './open-access.ts';

export interface BackendProbes {
  /** Undefined when it does not listen. */
  readonly listening: { readonly address: string; readonly port: number } | undefined;
  /** Serves these too from now on: there are no metrics before there is an engine. */
  show(routers: readonly Router[]): void;
  /** Ends within `ms`. */
  close(ms: number): Promise<void>;
}

/** Listens at once, when a port was given; rejects when the address cannot be had. */
export async function openBackendProbes(
  { options, sources }: { readonly options: Options; readonly sources: OptionSources },
  {
    access,
    readiness,
    log,
  }: {
    readonly access: OpenedAccess;
    readonly readiness: () => Readiness;
    readonly log: Logger;
  },
): Promise<BackendProbes> {
  if (sources.tcpPort === 'default') {
    return { listening: undefined, show: () => undefined, close: () => Promise.resolve() };
  }
  const metrics = new Router();
  const server = createHttpServer({
    ledger: createLedger(Math.floor(Date.now() / 1000)),
    ...{ options, clock: CLOCK, log: log.child({ component: 'server' }) },
    isOverloaded: () => false,
    access: { options, tokens: access.tokens, loginCodes: access.loginCodes },
    tls: access.tls,
    further: { routes: [], routers: [healthRoutes(readiness), metrics] },
  });
  return {
    listening: await server.listen(),
    show: (routers) => {
      for (const router of routers) metrics.use(router.routes());
    },
    close: (ms) => server.close(ms),
  };
}
