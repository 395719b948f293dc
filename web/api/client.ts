// Requests to /api. A lost login is told to who listens; what was typed stays where it is.
import { ApiError, toApiError } from './api-error.ts';
import { parseAnswer } from './json-answer.ts';
import { noteMissing } from './missing-nodes.ts';

export interface RequestOptions {
  readonly query?: URLSearchParams | Readonly<Record<string, string>>;
  /** Becomes JSON; a text is sent as it stands. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer<Body> {
  readonly body: Body;
  /** The ETag header as it came, for If-Match. */
  readonly entityTag: string | null;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const listeners = new Set<() => void>();

/** Calls `listener` for each 401; returns what ends it. */
export function onUnauthorized(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The body of GET `/api<path>`; throws ApiError. */
export async function getJson<Body>(path: string, options: RequestOptions = {}): Promise<Body> {
  const { body } = await request<Body>('GET', path, options);
  return body;
}

/** Sends a change and reads its answer (null when it has no body); throws ApiError. */
export async function sendJson<Body>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Body> {
  const { body } = await request<Body>(method, path, options);
  return body;
}

/** Any request to `/api<path>`, with the answer's ETag; throws ApiError, or AbortError when its signal gave it up. */
export async function request<Body>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<Body>> {
  const { body: text, entityTag } = await requestText(method, path, options);
  const body = parseAnswer<Body>(text === '' ? 'null' : text);
  noteMissing(path, body);
  return { body, entityTag };
}

/** As `request`, for an answer that may be no JSON, such as a file somebody edits. */
export async function requestText(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<string>> {
  const response = await send(method, path, options);
  const text = await response.text();
  if (!response.ok) {
    if (response.status === 401) for (const listener of listeners) listener();
    const wait = response.headers.get('retry-after');
    const details = readError(text);
    throw new ApiError(
      response.status,
      wait === null ? details : { ...details, retry_after: Number(wait) },
    );
  }
  return { body: text, entityTag: response.headers.get('etag') };
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const { query, body, headers = {}, signal } = options;
  const search = new URLSearchParams(query).toString();
  try {
    return await fetch(`/api${path}${search === '' ? '' : `?${search}`}`, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (thrown) {
    throw toApiError(thrown) ?? thrown;
  }
}

function readError(text: string): Readonly<Record<string, unknown>> {
  try {
    const { error } = parseAnswer<{ error?: Record<string, unknown> }>(text);
    return error ?? {};
  } catch {
    return { message: text.slice(0, 200) };
  }
}
