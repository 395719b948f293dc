import type { IncomingHttpHeaders } from 'node:http';
import type { Precondition } from './configuration-admin.ts';
import { AnswerError, type ErrorAnswer } from './error-answer.ts';

const TAG_LIST = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;
const TAG = /(W\/)?"([^"]*)"/g;
const BAD_MATCH: ErrorAnswer = {
  status: 400,
  code: 'invalid_precondition',
  message: 'If-Match must be * or ETags in double quotes, If-None-Match must be *',
};

/** The strong ETag of a content by its hash. */
export function entityTag(sha256: string): string {
  return `"${sha256}"`;
}

/** What If-Match and If-None-Match ask for; weak tags match nothing (RFC 9110). AnswerError 400 for other texts. */
export function readPrecondition(headers: IncomingHttpHeaders): Precondition {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch.trim() !== '*') throw new AnswerError(BAD_MATCH);
  const absent = noneMatch !== undefined;
  if (match === undefined) return { absent };
  if (match.trim() === '*') return { absent, match: '*' };
  if (!TAG_LIST.test(match)) throw new AnswerError(BAD_MATCH);
  const tags = [...match.matchAll(TAG)];
  return { absent, match: tags.flatMap(([, weak, tag = '']) => (weak === undefined ? [tag] : [])) };
}
