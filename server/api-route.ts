// One resource of /api as data: routing, checks of requests, access and the OpenAPI file are all made from it.
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Caller } from './access/caller.ts';
import type { Login } from './access/login.ts';
import { AnswerError, type ErrorAnswer } from './error-answer.ts';
import type { Role } from '../core/access/role.ts';

/**
 * What a route asks of who calls it: nothing, or at least this role (analyst includes reader, admin includes both).
 * `writesConfiguration` routes also need --writable-config.
 */
export interface AccessNeed {
  readonly role: 'open' | Exclude<Role, 'events'>;
  readonly writesConfiguration?: true;
}

export type { Caller } from './access/caller.ts';

/** A request whose parts passed their schemas. */
export interface ApiRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  /** Logging in and out, where the access layer stands in front. */
  readonly login?: Login | undefined;
}

/** What a route answers; errors are thrown as AnswerError. */
export interface ApiAnswer {
  readonly status: number;
  /** JSON; undefined for none. */
  readonly body?: unknown;
  /** A JSON document as it was written, sent as it stands; instead of `body`. */
  readonly text?: string;
  /** Made while it is sent, as fast as it is read, and ended when the client goes; its type is in `headers`. */
  readonly stream?: AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route below /api with the types of its parts; `defineRoute` makes it one of a list. */
export interface ApiRoute<Params = unknown, Query = unknown, Body = unknown> extends RouteFacts {
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly handle: (request: ApiRequest<Params, Query, Body>) => ApiAnswer | Promise<ApiAnswer>;
}

/** What a route is, without the types of its parts. */
export interface RouteFacts {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** Below /api, as koa-router writes it: `/directives/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly access: AccessNeed;
  /** The body is handed over as the text that was sent, in place of the JSON value it stands for. */
  readonly bodyAs?: 'text';
  /** Header lines that the route heeds, by name, with what they ask for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Success answers by status; errors are the same everywhere. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>;
  /** Content types of the success answers where they are not JSON. */
  readonly answerTypes?: readonly string[];
}

/** A request as it came, parts not yet checked; an absent body is undefined. */
export type UncheckedRequest = ApiRequest<unknown, unknown, unknown>;

/** A route with its types forgotten, as lists of routes hold it. */
export interface AnyApiRoute extends RouteFacts {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Checks the parts, then answers; throws AnswerError 400 `invalid_request` with every problem. */
  readonly handle: (request: UncheckedRequest) => Promise<ApiAnswer>;
}

/** One part of a request that does not fit its schema. */
export interface RequestProblem {
  readonly in: 'path' | 'query' | 'body';
  /** The way to the value: `rules[0].stage`; absent when the whole part is meant. */
  readonly field?: string;
  readonly problem: string;
}

/** Makes a route one of a list: its handler sees only requests whose parts passed their schemas. */
export function defineRoute<Params, Query, Body>(
  route: ApiRoute<Params, Query, Body>,
): AnyApiRoute {
  const { handle, ...facts } = route;
  return {
    ...facts,
    handle: async (request) => {
      const problems: RequestProblem[] = [];
      const params = check('path', route.params, request.params);
      const query = check('query', route.query, request.query);
      const body = check('body', route.body, request.body);
      for (const part of [params, query, body]) if (!part.ok) problems.push(...part.problems);
      if (!params.ok || !query.ok || !body.ok) throw new AnswerError(invalidRequest(problems));
      const { headers, caller, login } = request;
      return handle({
        ...{ headers, caller, login },
        ...{ params: params.value, query: query.value, body: body.value },
      });
    },
  };
}

type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly RequestProblem[] };

const NO_QUERY = z.strictObject({});
const MOST_PROBLEMS = 100;

// An overload: without a schema the value is of whatever type, because no handler can name one.
function check<Value>(
  part: RequestProblem['in'],
  schema: z.ZodType<Value> | undefined,
  value: unknown,
): Checked<Value>;
function check(
  part: RequestProblem['in'],
  given: z.ZodType | undefined,
  value: unknown,
): Checked<unknown> {
  const schema = given ?? (part === 'query' ? NO_QUERY : undefined);
  if (schema === undefined) return { ok: true, value };
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.map(({ path, message }) => {
    const field = formatField(path);
    return { in: part, ...(field !== '' && { field }), problem: message };
  });
  return { ok: false, problems };
}

function formatField(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

function invalidRequest(problems: readonly RequestProblem[]): ErrorAnswer {
  const shown = problems.slice(0, MOST_PROBLEMS);
  const [first] = shown;
  const place = first === undefined ? 'request' : `${first.in} ${first.field ?? ''}`.trim();
  return {
    status: 400,
    code: 'invalid_request',
    message: `the request is not valid: ${place}: ${first?.problem ?? 'it has a fault'}`,
    details: {
      problems: shown,
      ...(problems.length > shown.length && { more: problems.length - shown.length }),
    },
  };
}
