import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type Logger from 'bunyan';
import { isCrossSite } from './cross-site.ts';
import { rawAnswer, type ErrorAnswer } from './error-answer.ts';

/** What takes WebSocket connections at a path. */
export interface WebSocketEndpoint {
  isFull(): boolean;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

const NOT_FOUND: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'no WebSocket is at this path',
};
const NOT_WEBSOCKET: ErrorAnswer = {
  status: 400,
  code: 'unknown_upgrade',
  message: 'a connection can be upgraded to a WebSocket only',
};
const CROSS_SITE: ErrorAnswer = {
  status: 403,
  code: 'cross_site',
  message: "a browser must not connect on behalf of another site's page",
};
const FULL: ErrorAnswer = {
  status: 503,
  code: 'full',
  message: 'too many clients are connected',
  headers: { 'retry-after': '10' },
};

export interface UpgradeDeps {
  /** By path, without a slash at the end. */
  readonly endpoints: ReadonlyMap<string, WebSocketEndpoint>;
  /** Who connects, or why they may not; absent: everybody may whose page is ours. */
  readonly checkAccess?: (request: IncomingMessage) => object | ErrorAnswer;
  readonly log: Logger;
}

/** Handles node's `upgrade`: the handshake goes to the endpoint of its path (written without a slash at the end), or is refused. */
export function createUpgradeHandler({
  endpoints,
  checkAccess,
  log,
}: UpgradeDeps): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (request, socket, head) => {
    // node leaves a connection it has handed over without a listener, and an error without one ends the process
    socket.on('error', (error) => {
      log.trace({ err: error }, 'upgraded connection failed');
    });
    const endpoint = endpoints.get(pathOf(request.url ?? ''));
    const refusal = refusalOf(request, endpoint) ?? accessRefusal(request, checkAccess);
    if (refusal !== undefined || endpoint === undefined) {
      socket.end(rawAnswer(refusal ?? NOT_FOUND), () => {
        socket.destroy();
      });
      return;
    }
    endpoint.accept(request, socket, head);
  };
}

function refusalOf(
  { headers }: IncomingMessage,
  endpoint: WebSocketEndpoint | undefined,
): ErrorAnswer | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return NOT_WEBSOCKET;
  if (endpoint === undefined) return NOT_FOUND;
  return endpoint.isFull() ? FULL : undefined;
}

function accessRefusal(
  request: IncomingMessage,
  checkAccess: UpgradeDeps['checkAccess'],
): ErrorAnswer | undefined {
  if (checkAccess === undefined) return isCrossSite(request.headers) ? CROSS_SITE : undefined;
  const checked = checkAccess(request);
  return 'status' in checked ? checked : undefined;
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
