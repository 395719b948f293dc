// The OpenAPI 3.1 document of /api, made from the list of routes: what it says is what checks requests and routes them.
import { z } from 'zod';
import { defineRoute, type AnyApiRoute } from './api-route.ts';
import { errorSchema } from './schemas/error.ts';

/** A JSON Schema, or another part of the document. */
type Json = Readonly<Record<string, unknown>>;

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
}

const SHARED = '#/components/schemas/';
const DESCRIPTION =
  'What an operator sees and changes of a running engine. Errors are {error: {code, message, …}}. ' +
  'Tokens are sent as "Authorization: Bearer <token>"; reading from the same machine may go without.';

/** The route that gives the document of `routes` and itself. */
export function openApiRoute(routes: readonly AnyApiRoute[], info: OpenApiInfo): AnyApiRoute {
  let document: Json | undefined;
  const own: AnyApiRoute = defineRoute({
    ...{ method: 'get', path: '/openapi.json', summary: 'Gives this document' },
    access: { role: 'reader' },
    answers: { 200: z.record(z.string(), z.unknown()).meta({ description: 'OpenAPI 3.1' }) },
    handle: () => {
      document ??= describeApi([...routes, own], info);
      return { status: 200, body: document };
    },
  });
  return own;
}

/** The document of these routes. */
function describeApi(routes: readonly AnyApiRoute[], info: OpenApiInfo): Json {
  const shared: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = documentPath(route);
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, shared) };
  }
  return {
    openapi: '3.1.0',
    info: { ...info, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: shared,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Error: {
          description: 'The request could not be answered as asked',
          content: { 'application/json': { schema: convert(errorSchema, shared) } },
        },
      },
    },
  };
}

/** The path of a route as the document writes it: `/api/directives/{id}`. */
function documentPath({ path }: Pick<AnyApiRoute, 'path'>): string {
  return `/api${path.replace(/:(\w+)/g, '{$1}')}`;
}

function describeRoute(route: AnyApiRoute, shared: Record<string, unknown>): Json {
  const { method, path, summary, access, params, query, body, answers } = route;
  const parameters = [
    ...describeParameters('path', params, shared),
    ...describeParameters('query', query, shared),
    ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
      ...{ name, in: 'header', required: false, description, schema: { type: 'string' } },
    })),
  ];
  const needed =
    access.role === 'open' ? 'Asks for no token.' : `Asks for the role ${access.role}.`;
  const writes = access.writesConfiguration === true ? ' Needs --writable-config.' : '';
  return {
    operationId: nameOperation(method, path),
    tags: [path.split('/')[1] ?? ''],
    summary,
    description: `${needed}${writes}`,
    ...(access.role === 'open' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: describeContent(route, body, shared) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, schema]) => [
          status,
          describeAnswer(schema, shared, route.answerTypes),
        ]),
      ),
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

function describeContent(
  { bodyAs }: AnyApiRoute,
  body: z.ZodType,
  shared: Record<string, unknown>,
): Json {
  // A text is any JSON document here: it is checked deeper than a schema of its own could say.
  const schema =
    bodyAs === 'text' ? { description: body.description ?? '' } : convert(body, shared);
  return { 'application/json': { schema } };
}

function describeAnswer(
  schema: z.ZodType | undefined,
  shared: Record<string, unknown>,
  types: readonly string[] = ['application/json'],
): Json {
  if (schema === undefined) return { description: 'Done; there is nothing to say' };
  const description = schema.description ?? 'Done';
  const content = { schema: convert(schema, shared) };
  return { description, content: Object.fromEntries(types.map((type) => [type, content])) };
}

function describeParameters(
  place: 'path' | 'query',
  schema: z.ZodType | undefined,
  shared: Record<string, unknown>,
): Json[] {
  if (schema === undefined) return [];
  const { properties, required } = convert(schema, shared);
  if (!isJson(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, value]) => {
    const { description, ...rest } = isJson(value) ? value : {};
    return {
      ...{ name, in: place, required: place === 'path' || needed.includes(name) },
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

/** The JSON Schema of what goes over the wire; schemas with an id become components, kept in `shared`. */
function convert(schema: z.ZodType, shared: Record<string, unknown>): Json {
  const { $defs = {}, ...own } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    // Answers are as open as requests: a client must not fail on a key that a later version adds.
    io: 'input',
  });
  for (const [id, definition] of Object.entries($defs)) shared[id] ??= relink(definition);
  const linked = relink({ ...own, $schema: undefined });
  return isJson(linked) ? linked : {};
}

/** The schema with its references as the document has them, without the ids that zod leaves in. */
function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== undefined && (key !== 'id' || typeof item !== 'string'))
      .map(([key, item]) => [
        key,
        key === '$ref' && typeof item === 'string'
          ? item.replace('#/$defs/', SHARED)
          : relink(item),
      ]),
  );
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOperation(method: string, path: string): string {
  const words = path.split(/[/.:-]+/).filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
