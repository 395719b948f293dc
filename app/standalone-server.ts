// What the outside sees of a standalone engine: HTTP, feed, and the operator's hands on it.
import { join } from 'node:path';
import { fileJsonSchema } from '../config/schemas.ts';
import { createHttpServer, type HttpServer } from '../server/http-server.ts';
import { alarmRoutes } from '../server/routes/alarms.ts';
import { readPageFiles } from '../server/web-page/page-files.ts';
import { webPageRoutes } from '../server/web-page/web-page.ts';
import { describeOptions } from './option-views.ts';
import { findPackageFolder, readPackageVersion } from './package-folder.ts';
import type { LifePhase } from './readiness.ts';
import { createHands, type EngineHands } from './engine-hands.ts';
import { CLOCK, type EngineInput, type EngineParts } from './engine-parts.ts';

/** The server and what else faces the outside. */
export interface StandaloneFront extends EngineHands {
  readonly server: HttpServer;
  /** Whether the web page was built. */
  readonly hasPage: boolean;
}

/** Wires the front; `phase` says where the process is in its life. */
export async function createFront(
  input: EngineInput,
  parts: EngineParts,
  phase: () => LifePhase,
): Promise<StandaloneFront> {
  const { options, log } = input;
  const { engine, ledger, counters, overload, access, live, figures } = parts;
  const serverLog = log.child({ component: 'server' });
  const hands = await createHands(input, parts, { phase });
  const { service, readiness, switches } = hands;
  const pageFiles = await readPageFiles(join(findPackageFolder(), 'dist', 'web'));
  const server = createHttpServer({
    ...{ engine, ledger, options, configuration: service, clock: CLOCK, log: serverLog },
    isOverloaded: () => overload.isRaised(),
    access: { options, tokens: access.tokens, loginCodes: access.loginCodes },
    tls: access.tls,
    admin: {
      ...{ engine, configuration: service, switches, counters, store: live.store },
      mirror: live.mirrorFigures,
      facts: {
        ...{
          version: readPackageVersion(),
          mode: options.mode,
          node: options.node,
          started: ledger.since,
        },
        limits: {
          max_queue: options.maxQueue,
          max_backlogs: options.maxBacklogs,
          max_eps: options.maxEps,
          min_eps: options.minEps,
        },
      },
      options: describeOptions(options, input.sources),
      readiness: () => readiness.report(),
      page: {
        ...{ statuses: options.status, tags: options.tags, kibanaUrl: options.kibanaUrl },
        riskBounds: options,
      },
      audit: access.audit,
      schemaOf: fileJsonSchema,
    },
    alarms: {
      feed: live.feed,
      routes: alarmRoutes({
        ...{ store: live.store, desk: live.desk, clock: CLOCK, sequence: live.sequence },
        ...{ assets: service.assets, directive: service.directiveSource },
        ...{ statuses: options.status, tags: options.tags, riskBounds: options },
        kibanaUrl: options.kibanaUrl,
      }),
    },
    further: { routes: figures.routes, routers: [...figures.routers, webPageRoutes(pageFiles)] },
  });
  return { ...hands, server, hasPage: pageFiles.size > 0 };
}
