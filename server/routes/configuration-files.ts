// The configuration folder over REST: what is there, what a draft would do, changes that leave it loadable, reload.
import { z } from 'zod';
import { defineRoute, type AnyApiRoute, type ApiAnswer, type Caller } from '../api-route.ts';
import { auditCaller, type AuditPort } from '../audit.ts';
import type { ChangeOutcome, ConfigurationAdmin, Draft } from '../configuration-admin.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { entityTag, readPrecondition } from '../entity-tag.ts';
import {
  configurationChangeSchema,
  configurationFilesSchema,
  draftCheckSchema,
  FILE_KINDS,
} from '../schemas/configuration-file.ts';
import { reloadSchema } from '../schemas/reload.ts';

export interface ConfigurationRoutesDeps {
  readonly configuration: ConfigurationAdmin;
  readonly audit: AuditPort;
  /** The JSON Schema of one kind of file. */
  readonly schemaOf: (kind: (typeof FILE_KINDS)[number]) => unknown;
}

const MOST_PROBLEMS = 1000;
const anyFile = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]*\.json$/, 'must be letters, digits, - and _, then .json');
const knownFile = z
  .string()
  .regex(
    /^(directives|assets|intel|vuln)_[a-zA-Z0-9_-]*\.json$/,
    'must begin with directives_, assets_, intel_ or vuln_, then letters, digits, - and _, then .json',
  );
const content = z
  .string()
  .min(1, 'must be a whole file')
  .meta({ description: 'The whole file, as it is to stand on disk' });
const anyJson = z.unknown().meta({ description: 'The file as it stands on disk' });

const PRECONDITIONS = {
  'If-Match': 'The ETag that was read: 412 when somebody else has changed the file since',
  'If-None-Match': '*: 412 when there is such a file already',
};

const MISSING: ErrorAnswer = { status: 404, code: 'not_found', message: 'there is no such file' };
const TAKEN: ErrorAnswer = {
  status: 409,
  code: 'not_a_file',
  message: 'the name is that of a folder, or of a link out of the configuration folder',
};
const CHANGED: ErrorAnswer = {
  status: 412,
  code: 'changed_meanwhile',
  message: 'somebody else has changed the file since it was read; read it again',
};

/** Everything below /api/configuration, /api/reload and /api/schemas. */
export function configurationRoutes(deps: ConfigurationRoutesDeps): readonly AnyApiRoute[] {
  return [...readingRoutes(deps), ...changingRoutes(deps), reloadRoute(deps)];
}

function readingRoutes({ configuration, schemaOf }: ConfigurationRoutesDeps): AnyApiRoute[] {
  const list = defineRoute({
    ...{ method: 'get', path: '/configuration/files' },
    summary: 'Lists the files of the configuration folder and what is wrong with them',
    access: { role: 'reader' },
    answers: { 200: configurationFilesSchema },
    handle: async () => ({ status: 200, body: await configuration.listFiles() }),
  });
  const one = defineRoute({
    ...{ method: 'get', path: '/configuration/files/:name', summary: 'Gives a file as it stands' },
    access: { role: 'reader' },
    params: z.object({ name: anyFile }),
    answers: { 200: anyJson },
    handle: async ({ params }) => {
      const file = await configuration.readFile(params.name);
      if (file === undefined) throw new AnswerError(MISSING);
      return { status: 200, text: file.text, headers: { etag: entityTag(file.sha256) } };
    },
  });
  const check = defineRoute({
    ...{ method: 'post', path: '/configuration/files/:name/check', bodyAs: 'text' },
    summary: 'Checks the whole folder with this draft in it, and says what it would change',
    access: { role: 'reader' },
    params: z.object({ name: knownFile }),
    body: content,
    answers: { 200: draftCheckSchema },
    handle: async ({ params, body }) => {
      const result = await configuration.checkDraft({ name: params.name, text: body });
      return { status: 200, body: result };
    },
  });
  const schema = defineRoute({
    ...{
      method: 'get',
      path: '/schemas/:kind',
      summary: 'Gives the JSON Schema of a kind of file',
    },
    access: { role: 'reader' },
    params: z.object({ kind: z.enum(FILE_KINDS, `must be one of ${FILE_KINDS.join(', ')}`) }),
    answers: { 200: z.record(z.string(), z.unknown()).meta({ description: 'A JSON Schema' }) },
    handle: ({ params }) => ({ status: 200, body: schemaOf(params.kind) }),
  });
  return [list, one, check, schema];
}

function changingRoutes({ configuration, audit }: ConfigurationRoutesDeps): AnyApiRoute[] {
  async function change(draft: Draft, headers: Headers, caller: Caller): Promise<ApiAnswer> {
    const precondition = readPrecondition(headers);
    const outcome = await configuration.change(draft, precondition, caller.name);
    if (outcome.kind !== 'done') throw new AnswerError(refusalOf(outcome));
    const { file, before, reload } = outcome;
    audit.record({
      ...auditCaller(caller),
      action: draft.text === undefined ? 'configuration.delete' : 'configuration.write',
      what: draft.name,
      ...(before !== undefined && { before: { sha256: before } }),
      ...(file !== undefined && { after: { sha256: file.sha256, size: file.size } }),
    });
    return {
      status: draft.text !== undefined && before === undefined ? 201 : 200,
      body: { file: file ?? null, reload },
      ...(file !== undefined && { headers: { etag: entityTag(file.sha256) } }),
    };
  }

  const put = defineRoute({
    ...{ method: 'put', path: '/configuration/files/:name', bodyAs: 'text' },
    summary: 'Writes a file and loads the folder, unless it could not be loaded then',
    access: { role: 'admin', writesConfiguration: true },
    headers: PRECONDITIONS,
    params: z.object({ name: knownFile }),
    body: content,
    answers: { 200: configurationChangeSchema, 201: configurationChangeSchema },
    handle: ({ params, body, headers, caller }) =>
      change({ name: params.name, text: body }, headers, caller),
  });
  const remove = defineRoute({
    ...{ method: 'delete', path: '/configuration/files/:name' },
    summary: 'Deletes a file and loads the folder, unless it could not be loaded then',
    access: { role: 'admin', writesConfiguration: true },
    headers: PRECONDITIONS,
    params: z.object({ name: knownFile }),
    answers: { 200: configurationChangeSchema },
    handle: ({ params, headers, caller }) => change({ name: params.name }, headers, caller),
  });
  return [put, remove];
}

type Headers = Parameters<typeof readPrecondition>[0];

function reloadRoute({ configuration, audit }: ConfigurationRoutesDeps): AnyApiRoute {
  return defineRoute({
    ...{ method: 'post', path: '/reload' },
    summary: 'Loads the configuration folder, all of it or nothing',
    access: { role: 'admin' },
    answers: { 200: reloadSchema },
    handle: async ({ caller }) => {
      const reload = await configuration.reload('api', caller.name);
      const { ok, directives, files } = reload;
      const after = { ok, directives, files, faults: reload.faults.length };
      audit.record({ ...auditCaller(caller), action: 'configuration.reload', what: '', after });
      if (ok) return { status: 200, body: reload };
      throw new AnswerError({
        status: 422,
        code: 'unloadable',
        message: 'the configuration cannot be loaded, the old one stays',
        details: {
          problems: reload.faults.slice(0, MOST_PROBLEMS),
          problems_total: reload.faults.length,
        },
      });
    },
  });
}

function refusalOf(outcome: Exclude<ChangeOutcome, { kind: 'done' }>): ErrorAnswer {
  switch (outcome.kind) {
    case 'missing':
      return MISSING;
    case 'taken':
      return TAKEN;
    case 'conflict': {
      const { sha256 } = outcome;
      if (sha256 === undefined) return { ...CHANGED, details: { sha256: null } };
      return { ...CHANGED, details: { sha256 }, headers: { etag: entityTag(sha256) } };
    }
    case 'unloadable':
      return {
        status: 422,
        code: 'unloadable',
        message: 'the folder could not be loaded then, nothing was written',
        details: {
          problems: outcome.problems.slice(0, MOST_PROBLEMS),
          problems_total: outcome.problems.length,
          warnings: outcome.warnings.slice(0, MOST_PROBLEMS),
        },
      };
  }
}
