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
  /** Absent: everybody may connect whose page is ours. */
  readonly access?: UpgradeAccess;
  readonly log: Logger;
}

/** Who may connect, and stay. */
export interface UpgradeAccess {
  /** Who connects, or why they may not. */
  checkUpgrade(request: IncomingMessage): Promise<object | ErrorAnswer>;
  /** Asked every `STAY_CHECK_MS` of each that was let in. */
  mayStay(request: IncomingMessage): boolean;
}

/** How long a WebSocket may outlive its session or token. */
const STAY_CHECK_MS = 2_000;

/** Handles node's `upgrade`: the handshake goes to the endpoint of its path (written without a slash at the end), or is refused. */
export function createUpgradeHandler({
  endpoints,
  access,
  log,
}: UpgradeDeps): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  async function decide(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const path = pathOf(request.url ?? '');
    const endpoint = endpoints.get(path);
    const refusal =
      refusalOf(request, endpoint) ??
      (await accessRefusal(request, access)) ??
      // others may have connected meanwhile
      refusalOf(request, endpoint);
    if (refusal !== undefined || endpoint === undefined) {
      refuse(socket, refusal ?? NOT_FOUND);
      return;
    }
    if (access !== undefined) endWhenForbidden(request, socket, access);
    endpoint.accept(request, socket, head);
  }

  return (request, socket, head) => {
    // node leaves a connection it has handed over without a listener, and an error without one ends the process
    socket.on('error', (error) => {
      log.trace({ err: error }, 'upgraded connection failed');
    });
    decide(request, socket, head).catch((error: unknown) => {
      log.error({ err: error }, 'handshake failed');
      socket.destroy();
    });
  };
}

function refuse(socket: Duplex, answer: ErrorAnswer): void {
  socket.end(rawAnswer(answer), () => {
    socket.destroy();
  });
}

/** Whoever logged out, or whose token was removed, must not go on to see what happens. */
function endWhenForbidden(request: IncomingMessage, socket: Duplex, access: UpgradeAccess): void {
  const timer = setInterval(() => {
    if (!access.mayStay(request)) socket.destroy();
  }, STAY_CHECK_MS).unref();
  socket.once('close', () => {
    clearInterval(timer);
  });
}

function refusalOf(
  { headers }: IncomingMessage,
  endpoint: WebSocketEndpoint | undefined,
): ErrorAnswer | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return NOT_WEBSOCKET;
  if (endpoint === undefined) return NOT_FOUND;
  return endpoint.isFull() ? FULL : undefined;
}

async function accessRefusal(
  request: IncomingMessage,
  access: UpgradeAccess | undefined,
): Promise<ErrorAnswer | undefined> {
  if (access === undefined) return isCrossSite(request.headers) ? CROSS_SITE : undefined;
  const checked = await access.checkUpgrade(request);
  return 'status' in checked ? checked : undefined;
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
