// GET requests to a frontend's /config: with TLS and a token where it wants them, limited in time and size.
import { readFile } from 'node:fs/promises';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';

/** A frontend and what it wants to see; files are read anew each time. Empty texts are none. */
export interface FrontendAddress {
  /** `http://frontend:8080`, with or without a path. */
  readonly url: string;
  readonly token?: string;
  readonly tokenFile?: string;
  /** PEM files. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** What a frontend answered with status 200. */
export interface FrontendAnswer {
  readonly text: string;
}

/** The frontend gave no answer that can be used; the message says which request and why, without secrets. */
export class FrontendError extends Error {
  override readonly name = 'FrontendError';
}

const TIME_LIMIT_MS = 30_000;
const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Fetches `path` (`config/x.json`) below the frontend's address; rejects with FrontendError unless it is a 200 of at most `maxBytes`. */
export async function fetchFromFrontend(
  frontend: FrontendAddress,
  path: string,
  maxBytes: number,
): Promise<FrontendAnswer> {
  const base = new URL(frontend.url.endsWith('/') ? frontend.url : `${frontend.url}/`);
  let target = new URL(path, base);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await ask(frontend, target, base);
    const { statusCode = 0, headers } = response;
    if (REDIRECTS.has(statusCode) && headers.location !== undefined) {
      response.resume();
      target = new URL(headers.location, target);
      continue;
    }
    if (statusCode !== 200) {
      response.resume();
      throw new FrontendError(`GET ${target.pathname}: answered ${String(statusCode)}`);
    }
    return { text: await readText(response, target, maxBytes) };
  }
  throw new FrontendError(`GET /${path}: too many redirects`);
}

async function ask(frontend: FrontendAddress, target: URL, base: URL): Promise<IncomingMessage> {
  const options = await optionsOf(frontend, target, base);
  try {
    return await new Promise((resolve, reject) => {
      const send = target.protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(target, options, resolve);
      request.on('error', reject);
      request.end();
    });
  } catch (cause) {
    throw new FrontendError(`GET ${target.pathname}: ${reasonOf(cause)}`, { cause });
  }
}

/** What is secret goes to the host that was configured only. */
async function optionsOf(
  { token: given, tokenFile, caFile, certFile, keyFile }: FrontendAddress,
  target: URL,
  base: URL,
): Promise<RequestOptions & { ca?: string; cert?: string; key?: string }> {
  const isTheirs = target.origin === base.origin;
  const token = isGiven(tokenFile) ? (await readFile(tokenFile, 'utf8')).trim() : given;
  const authorization = isTheirs && isGiven(token) ? { authorization: `Bearer ${token}` } : {};
  return {
    headers: { accept: '*/*', ...authorization },
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
    ...(isGiven(caFile) && { ca: await readFile(caFile, 'utf8') }),
    ...(isTheirs && isGiven(certFile) && { cert: await readFile(certFile, 'utf8') }),
    ...(isTheirs && isGiven(keyFile) && { key: await readFile(keyFile, 'utf8') }),
  };
}

async function readText(
  response: IncomingMessage,
  { pathname }: URL,
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new FrontendError(`GET ${pathname}: larger than ${String(maxBytes)} bytes`);
      }
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof FrontendError) throw cause;
    throw new FrontendError(`GET ${pathname}: ${reasonOf(cause)}`, { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** A connection that several addresses refused has an empty message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
