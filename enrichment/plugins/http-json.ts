import { z } from 'zod';
import { definePlugin } from '../define-plugin.ts';
import { isPointer, parseJsonAnswer, resolvePointer } from '../json-answer.ts';
import { statusError } from '../look-up-error.ts';
import type { Plugin } from '../plugin.ts';
import { fillUrl, urlTemplate } from '../url-template.ts';

/** Variables of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

// configuration files can be uploaded: a header may show a service only what was set aside for look-ups
const ENVIRONMENT_PREFIX = 'LOOKUP_';
const NOT_FOUND = 404;
const VARIABLE = /\$\{([^}]*)\}/g;

/** Any HTTP service that answers JSON about an address, or an address and port; `environment` fills `${LOOKUP_…}` in headers. */
export function createHttpJson(environment: Environment): Plugin {
  return definePlugin({
    name: 'HttpJson',
    types: ['IP', 'IP-Port'],
    schema: createSchema(environment),
    open: (config, { name }) => {
      const headers = fillHeaders(config.headers, environment);
      const provider = config.provider ?? name;
      return {
        async lookUp(term, { fetch }) {
          const { status, text } = await fetch(fillUrl(config.url, term), { headers });
          if (status === NOT_FOUND || status === 204) return [];
          if (status < 200 || status > 299) throw statusError(status);
          return selectItems(resolvePointer(parseJsonAnswer(text), config.pointer), config.min)
            .map((item) => (config.result === undefined ? textOf(item) : fill(config.result, item)))
            .filter((result) => result !== '')
            .map((result) => ({ provider, term: term.text, result }));
        },
      };
    },
  });
}

function createSchema(environment: Environment) {
  const headerValue = z.string('must be text').superRefine((value, context) => {
    for (const [, variable = ''] of value.matchAll(VARIABLE)) {
      const problem = variableProblem(variable, environment);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    }
  });
  return z.strictObject({
    url: urlTemplate('${ip}'),
    headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), headerValue).default({}),
    pointer: z.string().refine(isPointer, 'must be a JSON pointer such as /data/score').default(''),
    result: z.string().min(1).optional(),
    min: z.number('must be a number').optional(),
    provider: z.string().min(1).optional(),
  });
}

function variableProblem(variable: string, environment: Environment): string | undefined {
  if (!variable.startsWith(ENVIRONMENT_PREFIX)) {
    return `may use only environment variables that begin with ${ENVIRONMENT_PREFIX}, not ${variable}`;
  }
  return environment[variable] === undefined
    ? `needs the environment variable ${variable}, which is not set`
    : undefined;
}

function fillHeaders(
  headers: Readonly<Record<string, string>>,
  environment: Environment,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replaceAll(VARIABLE, (_, variable: string) => environment[variable] ?? ''),
    ]),
  );
}

/** What an answer says, as a list: null, false, empty texts and lists, and numbers below `min` say nothing. */
function selectItems(selected: unknown, min: number | undefined): unknown[] {
  const items: unknown[] = Array.isArray(selected) ? selected : [selected];
  return items.filter((item) => {
    if (typeof item === 'number') return min === undefined || item >= min;
    return item !== undefined && item !== null && item !== false && item !== '';
  });
}

/** The template with each `${/pointer}` replaced by what it leads to in the item; `${}` is the item itself. */
function fill(template: string, item: unknown): string {
  return template.replaceAll(VARIABLE, (_, pointer: string) =>
    textOf(resolvePointer(item, pointer)),
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
