import { LookUpError } from './look-up-error.ts';
import type { FetchAnswer, FetchOptions, LimitedFetch } from './plugin.ts';

const MOST_REDIRECTS = 3;

/** Fetch for one look-up: aborted by `signal`, answers of at most `maxBytes` (decompressed), redirects within one scheme only. */
export function createLimitedFetch(
  fetchUrl: typeof fetch,
  limits: { readonly signal: AbortSignal; readonly maxBytes: number },
): LimitedFetch {
  return async (url, options = {}) => {
    let target = parseUrl(url);
    let request = options;
    for (let redirects = 0; ; redirects += 1) {
      const response = await send(fetchUrl, { target, request, signal: limits.signal });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) {
        return await readAnswer(response, limits.maxBytes);
      }
      await response.body?.cancel();
      if (redirects === MOST_REDIRECTS)
        throw new LookUpError('too many redirects', { retry: false });
      const next = parseUrl(location, target);
      // secrets in headers are meant for the host that was configured
      if (next.origin !== target.origin) request = withoutHeaders(request);
      target = next;
    }
  };
}

function parseUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) {
    throw new LookUpError('the address is not a URL', { retry: false });
  }
  const url = new URL(text, base);
  if (base !== undefined && url.protocol !== base.protocol) {
    throw new LookUpError('redirected to another scheme', { retry: false });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new LookUpError('only http and https addresses are fetched', { retry: false });
  }
  return url;
}

function withoutHeaders({ method }: FetchOptions): FetchOptions {
  return method === undefined || method === 'GET' ? {} : { method };
}

async function send(
  fetchUrl: typeof fetch,
  call: { readonly target: URL; readonly request: FetchOptions; readonly signal: AbortSignal },
): Promise<Response> {
  const { request, signal } = call;
  const target = new URL(call.target);
  const headers = new Headers(request.headers);
  if (target.username !== '') {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    target.username = '';
    target.password = '';
  }
  try {
    return await fetchUrl(target, { ...request, headers, signal, redirect: 'manual' });
  } catch (error) {
    throw new LookUpError(`no answer: ${reasonOf(error)}`, { retry: true, cause: error });
  }
}

/** The innermost message: fetch itself says no more than `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message === '' ? code : error.message;
}

async function readAnswer(response: Response, maxBytes: number): Promise<FetchAnswer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(response)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new LookUpError(`the answer is larger than ${String(maxBytes)} bytes`, {
        retry: false,
      });
    }
    chunks.push(chunk);
  }
  return {
    status: response.status,
    text: Buffer.concat(chunks).toString('utf8'),
    header: (name) => response.headers.get(name) ?? undefined,
  };
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw new LookUpError(`the answer broke off: ${reasonOf(error)}`, {
      retry: true,
      cause: error,
    });
  } finally {
    // a reader that is left early must not leave the rest of a huge body to arrive
    reader.cancel().catch(() => undefined);
  }
}
