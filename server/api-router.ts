// Turns the list of routes into koa's: below /api, the body read with its limits, the answer sent as JSON.
import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import Router from 'koa-router';
import type { Login } from './access/login.ts';
import type { AnyApiRoute, ApiAnswer, Caller, UncheckedRequest } from './api-route.ts';
import { AnswerError, type ErrorAnswer } from './error-answer.ts';
import { isDeepText, isDeepValue } from './json-depth.ts';
import type { BodyReader } from './read-body.ts';
import type { ServerLimits } from './server-limits.ts';

export interface ApiRouterDeps {
  readonly routes: readonly AnyApiRoute[];
  readonly bodies: BodyReader;
  readonly limits: Pick<ServerLimits, 'apiBytes' | 'configurationBytes'>;
}

const NOT_JSON: ErrorAnswer = {
  status: 400,
  code: 'malformed_json',
  message: 'the body is not valid JSON',
};
const NOT_UTF8: ErrorAnswer = {
  status: 400,
  code: 'invalid_utf8',
  message: 'the body is no valid UTF-8',
};
const TOO_DEEP: ErrorAnswer = {
  status: 400,
  code: 'too_deep',
  message: 'the body nests more than 64 levels',
};
const NOT_JSON_TYPE: ErrorAnswer = {
  status: 415,
  code: 'unsupported_media_type',
  message: 'the body must be sent with the content type application/json',
  headers: { accept: 'application/json' },
};
const NO_CALLER: ErrorAnswer = {
  status: 500,
  code: 'internal',
  message: 'nobody has decided who may call this',
};

/** The routes under /api; access to them has been decided before, and left the caller in `ctx.state`. */
export function createApiRouter(deps: ApiRouterDeps): Router {
  const router = new Router({ prefix: '/api' });
  router.use((ctx, next) => {
    ctx.set('x-content-type-options', 'nosniff');
    ctx.set('cache-control', 'no-store');
    return next();
  });
  for (const route of deps.routes) {
    router.register(route.path, methodsOf(route), async (ctx) => {
      const request: UncheckedRequest = {
        params: { ...ctx.params },
        query: { ...ctx.query },
        body: route.body === undefined ? undefined : await readBody(ctx, route, deps),
        headers: ctx.headers,
        ...{ caller: callerOf(ctx), login: loginOf(ctx) },
      };
      send(ctx, await route.handle(request));
    });
  }
  return router;
}

function methodsOf({ method }: AnyApiRoute): string[] {
  return method === 'get' ? ['HEAD', 'GET'] : [method.toUpperCase()];
}

async function readBody(ctx: Context, route: AnyApiRoute, deps: ApiRouterDeps): Promise<unknown> {
  const { bodies, limits } = deps;
  const isText = route.bodyAs === 'text';
  if (!isText && !isJsonType(ctx.get('content-type'))) throw new AnswerError(NOT_JSON_TYPE);
  const maxBytes = isText ? limits.configurationBytes : limits.apiBytes;
  const text = await new Promise<string>((resolve, reject) => {
    bodies.read({ request: ctx.req, response: ctx.res, maxBytes }, (body) => {
      if (!Buffer.isBuffer(body)) reject(new AnswerError(body));
      else if (isUtf8(body)) resolve(body.toString('utf8'));
      else reject(new AnswerError(NOT_UTF8));
    });
  });
  return isText ? text : parseJson(text);
}

/** A body without a type is taken for JSON. */
function isJsonType(type: string): boolean {
  const [name = ''] = type.split(';');
  return ['', 'application/json'].includes(name.trim().toLowerCase());
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  if (isDeepText(text)) throw new AnswerError(TOO_DEEP);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AnswerError(NOT_JSON, { cause });
  }
  if (isDeepValue(value)) throw new AnswerError(TOO_DEEP);
  return value;
}

function callerOf(ctx: Context): Caller {
  const caller = findCaller(ctx);
  if (caller === undefined) throw new AnswerError(NO_CALLER);
  return caller;
}

/** Who calls, where the access layer has found out. */
export function findCaller(ctx: Context): Caller | undefined {
  const caller: unknown = ctx.state['caller'];
  return isCaller(caller) ? caller : undefined;
}

function isCaller(value: unknown): value is Caller {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'role' in value &&
    'from' in value
  );
}

function loginOf(ctx: Context): Login | undefined {
  const login: unknown = ctx.state['login'];
  return isLogin(login) ? login : undefined;
}

function isLogin(value: unknown): value is Login {
  return typeof value === 'object' && value !== null && 'begin' in value && 'issueCode' in value;
}

function send(ctx: Context, { status, body, text, stream, headers = {} }: ApiAnswer): void {
  ctx.status = status;
  ctx.set(headers);
  if (stream !== undefined) {
    ctx.body = Readable.from(stream);
    return;
  }
  if (text === undefined && body === undefined) {
    ctx.body = null;
    ctx.status = status;
    return;
  }
  ctx.type = 'application/json';
  ctx.body = text ?? JSON.stringify(body);
}
