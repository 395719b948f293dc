import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { readOptions } from '../../config/read-options.ts';
import type { AccessToken, Role } from '../../core/access/role.ts';
import type { AccessOptions } from '../../server/access/access.ts';
import { hashToken } from '../../server/access/bearer-token.ts';
import { createLiveFeed } from '../../server/feed/live-feed.ts';
import type { HttpServerDeps } from '../../server/http-server.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import { startAdminBed, type AdminBed } from './admin-bed.ts';
import { createCapturedLog } from './captured-log.ts';
import { createChangeSource } from './feed-bed.ts';

/** What a browser would send, or another program. */
export interface SentRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What came back. */
export interface SessionAnswer {
  readonly status: number;
  /** The error's code, empty without one. */
  readonly code: string;
  readonly headers: ReadonlyMap<string, string>;
  /** The parsed body; undefined without one. */
  readonly body: unknown;
  /** `name=secret` as the browser sends it back, empty without a cookie. */
  readonly cookie: string;
}

/** A server with the operator's routes and the feed, whose tokens can change. */
export interface SessionBed extends Pick<AdminBed, 'audit' | 'port' | 'url'> {
  /** Those that are set; a test changes them. */
  readonly tokens: AccessToken[];
  /** Tokens that are only seen when the server looks again. */
  readonly unseen: AccessToken[];
  ask(path: string, sent?: SentRequest): Promise<SessionAnswer>;
  /** Logs in as a page of this server would. */
  logIn(credential: object): Promise<SessionAnswer>;
  /** The feed, with these headers; settles when it is open or refused. */
  connect(headers: Readonly<Record<string, string>>, path?: string): Promise<Connection>;
  /** Headers of a page of this server. */
  readonly ownPage: Readonly<Record<string, string>>;
}

/** A WebSocket that was asked for; `status` is 101 or the refusal's. */
export interface Connection {
  readonly status: number;
  readonly closed: Promise<void>;
}

export const FIRST = 'the-token-of-the-first-start';

/** The token whose text is the name, as a kept one. */
export function tokenOf(name: string, role: Role): AccessToken {
  return { name, role, hash: hashToken(name) };
}

/** Starts one that ends with the tests of the file. */
export async function startSessionBed(
  tokens: AccessToken[],
  options: Partial<AccessOptions> & { readonly wrongTokens?: number } = {},
  further: NonNullable<HttpServerDeps['further']> = { routes: [], routers: [] },
): Promise<SessionBed> {
  const { wrongTokens = Number.POSITIVE_INFINITY, ...access } = options;
  const unseen: AccessToken[] = [];
  const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
  const store = createMemoryAlarmStore();
  const feed = createLiveFeed({
    ...{ engine: createChangeSource(), store, epoch: 'e', clock, log: createCapturedLog().log },
  });
  const bed = await startAdminBed({
    writable: access.writableConfig ?? true,
    server: {
      access: {
        options: { ...readOptions({}, {}).options, writableConfig: true, ...access },
        tokens: {
          firstStart: { name: 'first-start', role: 'admin', hash: hashToken(FIRST) },
          set: () => tokens,
          refresh: () => {
            tokens.push(...unseen.splice(0));
            return Promise.resolve();
          },
        },
      },
      ...{ alarms: { routes: [], feed }, further },
      limits: { wrongTokens },
    },
  });
  const { port, url } = bed;
  const ownPage = { origin: url };
  const ask = (path: string, sent: SentRequest = {}): Promise<SessionAnswer> =>
    send(port, path, sent);
  return {
    ...{ audit: bed.audit, port, url, tokens, unseen, ownPage, ask },
    logIn: (body) => ask('/api/session', { method: 'POST', headers: ownPage, body }),
    connect: (headers, path = '/alarms/') =>
      connect(`ws://127.0.0.1:${String(port)}${path}`, headers),
  };
}

function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: SentRequest,
): Promise<SessionAnswer> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { ...type, ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      text(response).then((answer) => {
        const cookie = response.headers['set-cookie']?.[0] ?? '';
        resolve({
          status: response.statusCode ?? 0,
          code: /^\{"error":\{"code":"(\w+)"/.exec(answer)?.[1] ?? '',
          headers: new Map(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: answer.startsWith('{') ? JSON.parse(answer) : undefined,
          cookie: cookie.split(';')[0] ?? '',
        });
      }, reject);
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function connect(url: string, headers: Readonly<Record<string, string>>): Promise<Connection> {
  const webSocket = new WebSocket(url, { headers });
  const closed = new Promise<void>((resolve) => {
    webSocket.once('close', () => {
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    webSocket.once('open', () => {
      resolve({ status: 101, closed });
    });
    webSocket.once('unexpected-response', (_request, response) => {
      response.resume();
      webSocket.on('error', () => undefined);
      webSocket.terminate();
      resolve({ status: response.statusCode ?? 0, closed });
    });
    webSocket.once('error', reject);
  });
}
