// Speaks REST to one Elasticsearch or OpenSearch. The clients of their makers refuse each other's servers, so this is plain
// fetch with the few requests that both answer alike since version 7.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** What bounds every request. */
export interface ClientLimits {
  readonly timeoutMs: number;
  /** The longest answer. */
  readonly maxBytes: number;
}

/** Elasticsearch did not do it. `retry`: it may later, so nothing is wrong with what was asked. */
export class SearchError extends Error {
  readonly retry: boolean;

  constructor(message: string, options: { readonly retry: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'SearchError';
    this.retry = options.retry;
  }
}

/** Asks Elasticsearch; rejects with a SearchError whose text has neither address nor password. */
export interface SearchClient {
  /** POSTs to the path (with its query, from the first slash); a string is sent as NDJSON, an object as JSON. */
  post(path: string, body: string | object): Promise<unknown>;
  /** Lets requests under way go on for at most `ms`, then breaks them off. */
  close(ms: number): Promise<void>;
}

/** A client for `url`, which may hold `user:password@` and a path that goes before all others. */
export function createSearchClient(url: string, limits: ClientLimits): SearchClient {
  const base = new URL(url);
  const headers = authorization(base);
  const root = `${base.origin}${base.pathname.replace(/\/+$/, '')}`;
  const closing = new AbortController();
  const open = new Set<Promise<unknown>>();

  async function send(path: string, body: string | object): Promise<unknown> {
    const isLines = typeof body === 'string';
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(limits.timeoutMs)]);
    try {
      const response = await fetch(`${root}${path}`, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': isLines ? 'application/x-ndjson' : 'application/json',
        },
        body: isLines ? body : JSON.stringify(body),
        ...{ signal, redirect: 'manual' },
      });
      return toAnswer(response.status, await readText(response, limits.maxBytes));
    } catch (error) {
      if (error instanceof SearchError) throw error;
      throw new SearchError(`no answer: ${reasonOf(error)}`, { retry: true, cause: error });
    }
  }

  return {
    post(path, body) {
      const answer = send(path, body);
      const settled = answer.catch(() => undefined).finally(() => open.delete(settled));
      open.add(settled);
      return answer;
    },
    async close(ms) {
      const limit = new AbortController();
      const late = delay(ms, undefined, { signal: limit.signal }).catch(() => undefined);
      await Promise.race([Promise.all(open), late]);
      limit.abort();
      closing.abort();
    },
  };
}

function authorization(base: URL): Record<string, string> {
  if (base.username === '') return {};
  const credentials = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      reader.cancel().catch(() => undefined);
      throw new SearchError(`the answer is larger than ${String(maxBytes)} bytes`, {
        retry: false,
      });
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const faultShape = z.object({
  error: z.union([z.string(), z.object({ type: z.string(), reason: z.string().nullish() })]),
});

/** Not understood or too large: what another attempt would be answered too. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413]);

function toAnswer(status: number, text: string): unknown {
  const value = parseJson(text);
  if (status < 200 || status > 299) {
    throw new SearchError(`HTTP ${String(status)}${faultOf(value)}`, {
      retry: !REFUSALS.has(status),
    });
  }
  if (value === undefined) throw new SearchError('the answer is not JSON', { retry: true });
  return value;
}

function faultOf(value: unknown): string {
  const { data } = faultShape.safeParse(value);
  if (data === undefined) return '';
  if (typeof data.error === 'string') return `: ${data.error.slice(0, 200)}`;
  return `: ${data.error.type}: ${(data.error.reason ?? '').slice(0, 200)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The innermost message: fetch itself says no more than `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message === '' ? code : error.message;
}
