// One resource of /api as data: routing, checks of requests, access and the OpenAPI file are all made from it.
import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';

export type Role = 'events' | 'reader' | 'analyst' | 'admin';

/**
 * What a route asks of who calls it: nothing, or at least this role (analyst includes reader, admin includes both).
 * `writesConfiguration` routes also need --writable-config.
 */
export interface AccessNeed {
  readonly role: 'open' | Exclude<Role, 'events'>;
  readonly writesConfiguration?: true;
}

/** Who calls, as the access layer found out; `name` stands in the audit log. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** The remote address. */
  readonly from: string;
}

/** A request whose parts passed their schemas. */
export interface ApiRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
}

/** What a route answers; errors are thrown as AnswerError. */
export interface ApiAnswer {
  readonly status: number;
  /** JSON; undefined for none. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route below /api. */
export interface ApiRoute<Params = unknown, Query = unknown, Body = unknown> {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** Below /api, as koa-router writes it: `/directives/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly access: AccessNeed;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Success answers by status; errors are the same everywhere. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>;
  readonly handle: (request: ApiRequest<Params, Query, Body>) => ApiAnswer | Promise<ApiAnswer>;
}

/** A route with its types forgotten, as lists of routes hold it. */
export type AnyApiRoute = ApiRoute<never, never, never>;
