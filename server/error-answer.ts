// The one place where a refusal or an error becomes an HTTP answer: `{error: {code, message, …}}`, never a stack.
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type Logger from 'bunyan';
import type { Middleware } from 'koa';
import { AlarmStoreFailedError } from '../core/alarm/alarm-store-failed-error.ts';
import { NodesAwayError } from '../core/cluster/nodes-away-error.ts';

/** An answer that is no success. */
export interface ErrorAnswer {
  readonly status: number;
  /** A word that programs can rely on: `too_large`. */
  readonly code: string;
  /** A sentence for the person who reads it. */
  readonly message: string;
  /** Further keys of the error object. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request's body is given up: the connection ends with this answer. */
  readonly endsConnection?: true;
}

/** What a koa route throws to be answered so. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly answer: ErrorAnswer;

  constructor(answer: ErrorAnswer, options?: ErrorOptions) {
    super(answer.message, options);
    this.answer = answer;
  }
}

const LINGER_MS = 2000;
const INTERNAL: ErrorAnswer = {
  status: 500,
  code: 'internal',
  message: 'something went wrong here; the log says what',
};

function errorText(answer: ErrorAnswer): string {
  const { code, message, details } = answer;
  return JSON.stringify({ error: { code, message, ...details } });
}

/**
 * Sends the answer; a client that has gone is no error. Where the connection ends with it, the rest of the body is still
 * read for a while: closing at once would reset the connection and could take the answer from a client that still sends.
 */
export function sendError(response: ServerResponse, answer: ErrorAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const text = errorText(answer);
  response.writeHead(answer.status, headersOf(answer, text));
  const request = response.req;
  if (answer.endsConnection !== true || request.complete) {
    response.end(text);
    return;
  }
  response.write(text);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  request.once('close', () => {
    clearTimeout(timer);
  });
  request.once('end', () => response.end());
  request.resume();
}

function headersOf(answer: ErrorAnswer, text: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    ...(answer.endsConnection === true ? { connection: 'close' } : undefined),
    ...answer.headers,
  };
}

/** The whole answer as bytes for a connection whose request could not even be read; it closes the connection. */
export function rawAnswer(answer: ErrorAnswer): string {
  const text = errorText(answer);
  const headers = headersOf({ ...answer, endsConnection: true }, text);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${String(answer.status)} ${STATUS_CODES[answer.status] ?? ''}`;
  return `${[status, ...lines].join('\r\n')}\r\n\r\n${text}`;
}

/** The outermost koa middleware: what routes throw, and paths and methods that no route takes. */
export function answerErrors(log: Logger): Middleware {
  return async (ctx, next) => {
    let answer: ErrorAnswer | undefined;
    try {
      await next();
      answer = ctx.body === undefined || ctx.body === null ? unanswered(ctx.status) : undefined;
    } catch (error) {
      answer = answerOf(error);
      if (answer.status >= 500) log.error({ err: error, path: ctx.path }, 'request failed');
    }
    if (answer === undefined) return;
    ctx.respond = false;
    sendError(ctx.res, answer);
  };
}

function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof NodesAwayError) return describeAway(error);
  if (error instanceof AlarmStoreFailedError) return describeStoreFailure(error);
  return error instanceof AnswerError ? error.answer : INTERNAL;
}

function describeAway({ message, nodes }: NodesAwayError): ErrorAnswer {
  return {
    ...{ status: 503, code: 'node_away' },
    message: `${message}; what was to be changed may have been, looking again shows it`,
    ...{ details: { missing_nodes: nodes }, headers: { 'retry-after': '5' } },
  };
}

/** Its thread is started again by itself. */
function describeStoreFailure({ message }: AlarmStoreFailedError): ErrorAnswer {
  return {
    ...{ status: 503, code: 'store_failing', headers: { 'retry-after': '5' } },
    message: `the alarm store cannot answer just now: ${message}`,
  };
}

function unanswered(status: number): ErrorAnswer | undefined {
  if (status === 404) return { status, code: 'not_found', message: 'nothing is at this path' };
  if (status === 405 || status === 501) {
    return { status: 405, code: 'method_not_allowed', message: 'this path has no such method' };
  }
  return undefined;
}
