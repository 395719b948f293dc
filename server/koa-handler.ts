// Everything but POST /events and WebSockets goes through koa: access first, then the routers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Logger from 'bunyan';
import Koa from 'koa';
import type Router from 'koa-router';
import type { Access } from './access/access.ts';
import { compressAnswers } from './compress-answers.ts';
import { answerErrors } from './error-answer.ts';
import { securityHeaders } from './web-page/security-headers.ts';

export interface KoaHandlerDeps {
  /** Absent: everybody may do whatever the routers offer. */
  readonly access: Access | undefined;
  readonly routers: readonly Router[];
  readonly log: Logger;
}

/** The handler of a request that koa answers. */
export function createKoaHandler({
  access,
  routers,
  log,
}: KoaHandlerDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const koa = new Koa();
  koa.on('error', (error: unknown) => {
    log.trace({ err: error }, 'answer failed');
  });
  koa.use(securityHeaders());
  koa.use(answerErrors(log));
  if (access !== undefined) koa.use(access.middleware);
  koa.use(compressAnswers());
  for (const router of routers) {
    koa.use(router.routes());
    koa.use(router.allowedMethods());
  }
  const handler = koa.callback();
  return (request, response) => {
    handler(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'request failed');
    });
  };
}
