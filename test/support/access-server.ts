import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type Logger from 'bunyan';
import { createAccess, type AccessDeps, type AccessOptions } from '../../server/access/access.ts';
import type { DecidedRoute } from '../../server/access/api-access.ts';
import { answerErrors, rawAnswer, sendError } from '../../server/error-answer.ts';

/** A server that has access control and nothing else: what is allowed is answered 200 with the caller, or 101. */
export interface AccessServer {
  readonly port: number;
  close(): void;
}

export interface AccessServerSettings {
  readonly tokens: AccessDeps['tokens'];
  readonly routes?: readonly DecidedRoute[];
  readonly options?: Partial<AccessOptions>;
  /** Default: so many that no test reaches them. */
  readonly wrongTokens?: number;
  readonly monotonicMs?: () => number;
  readonly log: Logger;
}

/** Starts it on all addresses. */
export async function startAccessServer(settings: AccessServerSettings): Promise<AccessServer> {
  const access = createAccess({
    options: {
      ipAddress: '0.0.0.0',
      writableConfig: true,
      allowedHosts: [],
      trustedProxy: [],
      userHeader: '',
      ...settings.options,
    },
    routes: settings.routes ?? [],
    otherRoutes: [],
    tokens: settings.tokens,
    monotonicMs: settings.monotonicMs ?? (() => performance.now()),
    wrongTokens: settings.wrongTokens ?? Number.POSITIVE_INFINITY,
    log: settings.log,
  });
  const koa = new Koa();
  koa.use(answerErrors(settings.log));
  koa.use(access.middleware);
  koa.use((ctx) => {
    const caller: unknown = ctx.state['caller'];
    ctx.body = caller;
  });
  const answer = koa.callback();
  const server = createServer((request, response) => {
    if (!/^\/events\/?$/.test(request.url ?? '')) {
      void answer(request, response);
      return;
    }
    void Promise.resolve(access.checkEvents(request)).then((refusal) => {
      if (refusal === undefined) response.end();
      else sendError(response, refusal);
    });
  });
  server.on('upgrade', (request, socket) => {
    void access.checkUpgrade(request).then((checked) => {
      if ('caller' in checked)
        socket.end(
          'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
        );
      else socket.end(rawAnswer(checked));
    });
  });
  server.listen(0, '0.0.0.0');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = addressOf(server.address());
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}
