import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOKEN_BYTES = 32;
const PREFIX = 'dsiem_';
/** How a browser's WebSocket, which can send no header, brings its token: as one of its subprotocols. */
const SUBPROTOCOL = 'dsiem.bearer.';
const LONGEST = 4096;
const TOKEN_KEYS: ReadonlySet<string> = new Set([
  'token',
  'access_token',
  'auth_token',
  'authorization',
  'bearer',
  'api_key',
  'apikey',
]);

/** A new token: 256 random bits, so that its plain SHA-256 tells nothing about it. */
export function createToken(): string {
  return `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/** What is kept of a token, and compared: its SHA-256. */
export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** The token of `Authorization: Bearer …`, else the one among the subprotocols of a WebSocket; undefined without one. */
export function findToken(headers: IncomingHttpHeaders): string | undefined {
  const [scheme = '', ...rest] = (headers.authorization ?? '').trim().split(' ');
  if (scheme.toLowerCase() === 'bearer') return rest.join(' ').trim().slice(0, LONGEST);
  if (headers.upgrade === undefined) return undefined;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  return offered.find(isBearerProtocol)?.slice(SUBPROTOCOL.length);
}

/** Which subprotocol a WebSocket is answered with: not the one that carries the token, unless it is the only one. */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  const names = [...offered];
  return names.find((name) => !isBearerProtocol(name)) ?? names[0] ?? false;
}

function isBearerProtocol(name: string): boolean {
  return name.startsWith(SUBPROTOCOL);
}

/** Whether the query of a URL holds a token: URLs end up in logs, histories and Referer headers. */
export function hasTokenInUrl(url: string): boolean {
  const start = url.indexOf('?');
  if (start < 0) return false;
  for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
    if (TOKEN_KEYS.has(key.toLowerCase()) || value.startsWith(PREFIX)) return true;
  }
  return false;
}
