// The one place where the http server is put together: POST /events in front, everything else through koa, WebSockets.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type Logger from 'bunyan';
import type Router from 'koa-router';
import type { Ledger } from '../core/ledger/ledger.ts';
import { createAccess, type Access, type AccessDeps } from './access/access.ts';
import { adminRoutes, type AdminDeps } from './admin-routes.ts';
import type { AnyApiRoute } from './api-route.ts';
import { createApiRouter } from './api-router.ts';
import type { Clock } from './clock.ts';
import type { ConfigurationPort } from './configuration-port.ts';
import { createConnectionErrorHandler } from './connection-errors.ts';
import { createEpsLimiter, EPS_STEP_MS } from './eps-limiter.ts';
import { createEpsStream } from './eps-stream.ts';
import { createEventsEndpoint, type EventsEndpointDeps } from './events-endpoint.ts';
import { createKoaHandler } from './koa-handler.ts';
import { openApiRoute } from './openapi.ts';
import { createBodyReader, type BodyReader } from './read-body.ts';
import { dsiemConfigRoutes } from './routes/dsiem-config.ts';
import { healthRoutes } from './routes/health.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './server-limits.ts';
import type { Tls } from './tls.ts';
import { createUpgradeHandler, type WebSocketEndpoint } from './upgrades.ts';

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
  /** Absent where no events come over HTTP. */
  readonly engine?: EventsEndpointDeps['engine'];
  readonly ledger: Ledger;
  readonly options: HttpServerOptions;
  /** Absent where the configuration is another node's. */
  readonly configuration?: ConfigurationPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the engine (in a cluster: any backend) is overloaded now. */
  readonly isOverloaded: () => boolean;
  /** Who may do what. Absent: everybody everything that is outside /api, which is not served then. */
  readonly access?: Pick<AccessDeps, 'options' | 'tokens' | 'loginCodes'>;
  /** What the operator's routes need; absent where no engine runs. */
  readonly admin?: AdminDeps;
  /** Alarms over REST and the live feed. */
  readonly alarms?: {
    readonly routes: readonly AnyApiRoute[];
    readonly feed: WebSocketEndpoint & { close(): void };
  };
  /** What else is served: routes below /api, and routers whose paths have their row in path-access.ts. */
  readonly further?: {
    readonly routes: readonly AnyApiRoute[];
    readonly routers: readonly Router[];
  };
  /** Absent: plain HTTP. */
  readonly tls?: Tls | undefined;
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

interface RoutingParts {
  readonly bodies: BodyReader;
  readonly limits: ServerLimits;
  readonly epsLimit: () => number;
}

interface Routing {
  readonly access: Access | undefined;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The server of one process; nothing listens and no timer runs for long before `listen`. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const { options, clock, log, ledger } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const bodies = createBodyReader(limits, clock);
  const limiter = createEpsLimiter(options, clock.monotonicMs());
  const epsLimit = (): number => limiter?.limit ?? 0;
  const { access, handle } = createRouting(deps, { bodies, limits, epsLimit });
  const { engine } = deps;
  const events =
    engine &&
    createEventsEndpoint({
      ...{ ...deps, engine, bodies, limiter, limits },
      ...(access !== undefined && { checkAccess: access.checkEvents }),
    });
  const epsStream = createEpsStream({ ledger, clock, limits, log });
  const feed = deps.alarms?.feed;

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (events !== undefined && isEventsPath(request.url ?? '')) events.handle(request, response);
    else handle(request, response);
  }

  const server = createNodeServer(deps.tls, limits, onRequest);
  const connections = trackConnections(server);
  server.maxConnections = limits.connections;
  server.on('checkContinue', onRequest);
  server.on('clientError', createConnectionErrorHandler(bodies, log));
  server.on(
    'upgrade',
    createUpgradeHandler({
      endpoints: new Map<string, WebSocketEndpoint>([
        ['/eps', epsStream],
        ...(feed === undefined ? [] : ([['/alarms', feed]] as const)),
      ]),
      ...(access !== undefined && { access }),
      log,
    }),
  );
  server.on('drop', () => {
    log.trace('connection dropped: too many');
  });
  const stopTls = server instanceof SecureServer ? deps.tls?.follow(server) : undefined;
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
      events?.close();
    },
    close: (limitMs) => {
      events?.close();
      clearInterval(stepTimer);
      epsStream.close();
      feed?.close();
      return new Promise((resolve) => {
        const idle = setInterval(() => {
          server.closeIdleConnections();
        }, IDLE_CHECK_MS);
        const limit = setTimeout(() => {
          log.warn({ limitMs }, 'http connections ended before their answers');
          for (const socket of connections) socket.destroy();
        }, limitMs);
        server.close(() => {
          clearInterval(idle);
          clearTimeout(limit);
          stopTls?.();
          bodies.close();
          resolve();
        });
      });
    },
  };
}

/** The open connections, with what node's closeAllConnections leaves: WebSockets and unfinished TLS handshakes. */
function trackConnections(server: Server | SecureServer): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
    });
  });
  return connections;
}

function createNodeServer(
  tls: Tls | undefined,
  limits: ServerLimits,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server | SecureServer {
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.headersMs + limits.bodyMs + REQUEST_MARGIN_MS,
    connectionsCheckingInterval: Math.max(10, Math.min(1000, limits.headersMs / 10)),
    keepAliveTimeout: limits.keepAliveMs,
    noDelay: true,
  };
  if (tls === undefined) return createServer(options, onRequest);
  return createSecureServer({ ...options, ...tls.options }, onRequest);
}

/** Where there is access, `api` too is served: without, nobody would be asked who they are. */
function createRouting(deps: HttpServerDeps, { bodies, limits, epsLimit }: RoutingParts): Routing {
  const { configuration, options, log, clock } = deps;
  const { admin, access: wanted } = deps;
  const audit = admin?.audit;
  const writable = options.writableConfig;
  const config =
    configuration &&
    dsiemConfigRoutes({
      ...{ configuration, writable, bodies, limits },
      ...(audit !== undefined && { audit }),
    });
  const routers = [
    ...(config === undefined ? [] : [config]),
    ...(admin === undefined ? [] : [healthRoutes(admin.readiness)]),
    ...(deps.further?.routers ?? []),
  ];
  if (wanted === undefined) {
    return { access: undefined, handle: createKoaHandler({ access: undefined, routers, log }) };
  }
  const listed = [
    ...(admin === undefined ? [] : adminRoutes(admin, { ...deps, epsLimit })),
    ...(deps.alarms?.routes ?? []),
    ...(deps.further?.routes ?? []),
  ];
  const info = { title: 'dsiem-ts', version: admin?.facts.version ?? '' };
  const routes = [...listed, openApiRoute(listed, info)];
  const access = createAccess({
    ...wanted,
    ...{ routes, otherRoutes: routers.flatMap(({ stack }) => stack) },
    ...{ monotonicMs: () => clock.monotonicMs(), wrongTokens: limits.wrongTokens, log },
  });
  routers.push(createApiRouter({ routes, bodies, limits }));
  return { access, handle: createKoaHandler({ access, routers, log }) };
}

/** `/events` and `/events/`, with or without a query. */
function isEventsPath(url: string): boolean {
  if (!url.startsWith('/events')) return false;
  const rest = url.charAt(7) === '/' ? url.charAt(8) : url.charAt(7);
  return rest === '' || rest === '?';
}
