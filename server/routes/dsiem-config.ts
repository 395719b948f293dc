// Dsiem's /config (SPEC §11): reading the configuration folder, and changing it where the operator allows that.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'koa';
import Router from 'koa-router';
import { findCaller } from '../api-router.ts';
import { auditCaller, type AuditEntry, type AuditPort } from '../audit.ts';
import type { BodyReader } from '../read-body.ts';
import {
  deleteConfigurationFile,
  isConfigurationFileName,
  listConfigurationFiles,
  readConfigurationBytes,
  readConfigurationFile,
} from '../configuration-files.ts';
import type { ConfigurationFault, ConfigurationPort } from '../configuration-port.ts';
import { isCrossSite } from '../cross-site.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import type { ServerLimits } from '../server-limits.ts';

export interface DsiemConfigDeps {
  readonly configuration: ConfigurationPort;
  readonly writable: boolean;
  readonly bodies: BodyReader;
  readonly limits: Pick<ServerLimits, 'configurationBytes'>;
  /** Absent where nobody is asked who they are. */
  readonly audit?: AuditPort;
}

/** Who changes files where no token is asked for. */
const NOBODY = 'somebody over /config';

const KINDS = /^(assets|intel|vuln|directives)_/;
const MOST_FAULTS = 100;
const BAD_NAME: ErrorAnswer = {
  status: 418,
  code: 'invalid_name',
  message: 'a file name has letters, digits, hyphens and underscores, and ends in .json',
};
const UNKNOWN_KIND: ErrorAnswer = {
  status: 418,
  code: 'invalid_name',
  message: 'a file name begins with assets_, intel_, vuln_ or directives_',
};
const NOT_UTF8: ErrorAnswer = {
  status: 418,
  code: 'invalid_utf8',
  message: 'the body is no valid UTF-8',
};
const READ_ONLY: ErrorAnswer = {
  status: 405,
  code: 'method_not_allowed',
  message: 'the configuration can be changed here only when started with --writable-config',
  headers: { allow: 'HEAD, GET' },
};
const MISSING: ErrorAnswer = { status: 404, code: 'not_found', message: 'there is no such file' };
const CROSS_SITE: ErrorAnswer = {
  status: 403,
  code: 'cross_site',
  message: "a browser must not ask on behalf of another site's page",
};

/** The routes under /config; without `writable` POST and DELETE are answered 405. */
export function dsiemConfigRoutes(deps: DsiemConfigDeps): Router {
  const { configuration, bodies, limits } = deps;
  const { folder } = configuration;
  const router = new Router();

  router.use((ctx, next) => {
    if (isCrossSite(ctx.headers)) throw new AnswerError(CROSS_SITE);
    ctx.set('x-content-type-options', 'nosniff');
    ctx.set('cache-control', 'no-store');
    return next();
  });

  router.get('/config', async (ctx) => {
    const names = await listConfigurationFiles(folder);
    ctx.body = { files: names.map((filename) => ({ filename })) };
  });

  router.get('/config/:file', async (ctx) => {
    const text = await readConfigurationFile(folder, checkedName(ctx.params));
    if (text === undefined) throw new AnswerError(MISSING);
    ctx.type = 'application/json';
    ctx.body = text;
  });

  if (!deps.writable) {
    router.register('/config/:file', ['POST', 'DELETE'], () => {
      throw new AnswerError(READ_ONLY);
    });
    return router;
  }

  router.post('/config/:file', async (ctx) => {
    const name = checkedName(ctx.params);
    if (!KINDS.test(name)) throw new AnswerError(UNKNOWN_KIND);
    const text = await readText(ctx.req, ctx.res);
    const faults = configuration.check(name, text);
    if (faults.length > 0) throw badContent(name, faults);
    const before = await digestOf(folder, name);
    await configuration.write(name, text);
    await changed(ctx, { action: 'configuration.write', what: name, before, after: digest(text) });
    ctx.status = 201;
    ctx.body = { filename: name };
  });

  router.delete('/config/:file', async (ctx) => {
    const name = checkedName(ctx.params);
    const before = await digestOf(folder, name);
    if (!(await deleteConfigurationFile(folder, name))) throw new AnswerError(MISSING);
    await changed(ctx, { action: 'configuration.delete', what: name, before });
    ctx.body = { filename: name };
  });

  /** The engine goes on with the folder; what it finds wrong is in its log and status, the answer stays Dsiem's. */
  async function changed(
    ctx: Context,
    change: Pick<AuditEntry, 'action' | 'what' | 'before' | 'after'>,
  ): Promise<void> {
    const caller = findCaller(ctx);
    if (caller !== undefined) deps.audit?.record({ ...auditCaller(caller), ...change });
    await configuration.reload?.('dsiem', caller?.name ?? NOBODY);
  }

  function readText(request: IncomingMessage, response: ServerResponse): Promise<string> {
    return new Promise((resolve, reject) => {
      bodies.read({ request, response, maxBytes: limits.configurationBytes }, (body) => {
        if (!Buffer.isBuffer(body)) reject(new AnswerError(body));
        else if (isUtf8(body)) resolve(body.toString('utf8'));
        else reject(new AnswerError(NOT_UTF8));
      });
    });
  }

  return router;
}

/** What stands in the audit log for a file's content. */
function digest(content: Buffer | string): { readonly sha256: string } {
  return { sha256: createHash('sha256').update(content).digest('hex') };
}

async function digestOf(
  folder: string,
  name: string,
): Promise<{ readonly sha256: string } | undefined> {
  const bytes = await readConfigurationBytes(folder, name);
  return bytes && digest(bytes);
}

/** The file name of a path; anything that is not a plain name is refused before it comes near the file system. */
function checkedName(params: Readonly<Record<string, string>>): string {
  const name = params['file'] ?? '';
  if (!isConfigurationFileName(name)) throw new AnswerError(BAD_NAME);
  return name;
}

function badContent(name: string, faults: readonly ConfigurationFault[]): AnswerError {
  return new AnswerError({
    status: 418,
    code: 'invalid_configuration',
    message: `${name} is not valid`,
    details: {
      faults: faults.slice(0, MOST_FAULTS),
      more: Math.max(0, faults.length - MOST_FAULTS),
    },
  });
}
