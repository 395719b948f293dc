// The one place where the http server is put together: POST /events in front, everything else through koa, WebSockets.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type Logger from 'bunyan';
import Koa from 'koa';
import type { EnginePort } from '../actors/engine-port.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { Clock } from './clock.ts';
import type { ConfigurationPort } from './configuration-port.ts';
import { createConnectionErrorHandler } from './connection-errors.ts';
import { createEpsLimiter, EPS_STEP_MS } from './eps-limiter.ts';
import { createEpsStream } from './eps-stream.ts';
import { answerErrors } from './error-answer.ts';
import { createEventsEndpoint } from './events-endpoint.ts';
import { createBodyReader } from './read-body.ts';
import { dsiemConfigRoutes } from './routes/dsiem-config.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './server-limits.ts';
import { createUpgradeHandler } from './upgrades.ts';

/** The options of SPEC §11 that the server follows. */
export interface HttpServerOptions {
  readonly ipAddress: string;
  readonly tcpPort: number;
  /** Events per second; 0 = no limit. */
  readonly minEps: number;
  readonly maxEps: number;
  readonly writableConfig: boolean;
}

export interface HttpServerDeps {
  readonly engine: Pick<EnginePort, 'submit'>;
  readonly ledger: Ledger;
  readonly options: HttpServerOptions;
  readonly configuration: ConfigurationPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the engine (in a cluster: any backend) is overloaded now. */
  readonly isOverloaded: () => boolean;
  readonly limits?: Partial<ServerLimits>;
}

export interface HttpServer {
  /** Begins to listen; rejects when the address cannot be had. */
  listen(): Promise<{ readonly address: string; readonly port: number }>;
  /** From now on events are answered 503; everything else goes on. */
  closeIntake(): void;
  /** Stops listening, lets the requests in progress finish, and ends what is left after `limitMs`. */
  close(limitMs: number): Promise<void>;
}

/** How often connections that have become idle are closed while the server stops. */
const IDLE_CHECK_MS = 25;
/** node's own limit of a whole request lies above ours for the body, which answers better. */
const REQUEST_MARGIN_MS = 5000;

/** The server of one process; nothing listens and no timer runs for long before `listen`. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const { options, clock, log, ledger } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const bodies = createBodyReader(limits, clock);
  const limiter = createEpsLimiter(options, clock.monotonicMs());
  const events = createEventsEndpoint({ ...deps, bodies, limiter, limits });
  const epsStream = createEpsStream({ ledger, clock, limits, log });
  const answerByKoa = createKoaHandler(deps, { bodies, limits });

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (isEventsPath(request.url ?? '')) events.handle(request, response);
    else answerByKoa(request, response);
  }

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.headersMs + limits.bodyMs + REQUEST_MARGIN_MS,
      connectionsCheckingInterval: Math.max(10, Math.min(1000, limits.headersMs / 10)),
      keepAliveTimeout: limits.keepAliveMs,
      noDelay: true,
    },
    onRequest,
  );
  server.maxConnections = limits.connections;
  server.on('checkContinue', onRequest);
  server.on('clientError', createConnectionErrorHandler(bodies, log));
  server.on('upgrade', createUpgradeHandler(new Map([['/eps', epsStream]]), log));
  server.on('drop', () => {
    log.trace('connection dropped: too many');
  });
  const stepTimer =
    limiter === undefined
      ? undefined
      : setInterval(() => {
          limiter.adjust(deps.isOverloaded(), clock.monotonicMs());
        }, EPS_STEP_MS).unref();

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.tcpPort, options.ipAddress, () => {
          server.off('error', reject);
          server.on('error', (error) => {
            log.error({ err: error }, 'http server failed');
          });
          const address = server.address();
          if (address === null || typeof address === 'string') return;
          resolve({ address: address.address, port: address.port });
        });
      }),
    closeIntake: () => {
      events.close();
    },
    close: (limitMs) => {
      events.close();
      clearInterval(stepTimer);
      epsStream.close();
      return new Promise((resolve) => {
        const idle = setInterval(() => {
          server.closeIdleConnections();
        }, IDLE_CHECK_MS);
        const limit = setTimeout(() => {
          log.warn({ limitMs }, 'http connections ended before their answers');
          server.closeAllConnections();
        }, limitMs);
        server.close(() => {
          clearInterval(idle);
          clearTimeout(limit);
          bodies.close();
          resolve();
        });
      });
    },
  };
}

interface KoaParts {
  readonly bodies: ReturnType<typeof createBodyReader>;
  readonly limits: ServerLimits;
}

function createKoaHandler(
  deps: HttpServerDeps,
  { bodies, limits }: KoaParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { configuration, options, log } = deps;
  const koa = new Koa();
  const config = dsiemConfigRoutes({
    configuration,
    writable: options.writableConfig,
    bodies,
    limits,
  });
  koa.on('error', (error: unknown) => {
    log.trace({ err: error }, 'answer failed');
  });
  koa.use(answerErrors(log));
  koa.use(config.routes());
  koa.use(config.allowedMethods());
  const handler = koa.callback();
  return (request, response) => {
    handler(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'request failed');
    });
  };
}

/** `/events` and `/events/`, with or without a query. */
function isEventsPath(url: string): boolean {
  if (!url.startsWith('/events')) return false;
  const rest = url.charAt(7) === '/' ? url.charAt(8) : url.charAt(7);
  return rest === '' || rest === '?';
}
