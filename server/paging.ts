// Lists come in pages: a cursor is the place after the last row of a page, not a number of rows to skip, so that rows
// that come and go meanwhile move nobody else's.
import { z } from 'zod';
import { AnswerError, type ErrorAnswer } from './error-answer.ts';
import { MISSING_NODES } from './missing-nodes.ts';

const MOST_ROWS = 1000;
const DEFAULT_ROWS = 100;
const LONGEST_CURSOR = 1024;

/** For a cursor that is of another list, or none. */
export const BAD_CURSOR: ErrorAnswer = {
  status: 400,
  code: 'invalid_cursor',
  message: 'the cursor is none that this list has given',
};

/** A whole number within bounds as a query or a path writes it; the OpenAPI file calls it an integer. */
export function wholeNumberText(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): z.ZodType<number, string> {
  const isBounded = maximum !== Number.MAX_SAFE_INTEGER;
  const range = isBounded
    ? `${String(minimum)} to ${String(maximum)}`
    : `${String(minimum)} or more`;
  const problem = `must be a whole number, ${range}`;
  return z
    .string(problem)
    .refine((text) => /^\d{1,16}$/.test(text), problem)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, problem)
    .meta({ type: 'integer', minimum, maximum });
}

/** The query keys of every list that comes in pages. */
export const PAGE_QUERY = {
  limit: wholeNumberText(1, MOST_ROWS)
    .default(DEFAULT_ROWS)
    .meta({ description: 'Most rows of the page; 100 unless given' }),
  cursor: z
    .string('must be a text')
    .max(LONGEST_CURSOR, 'is no cursor')
    .optional()
    .meta({ description: '`next` of the page before' }),
};

/** Beside its rows the answer of a list says how many fit the filter, and how to get the next page. */
export const PAGE_ANSWER = {
  total: z.int().min(0).describe('Rows of all pages that fit the filter'),
  next: z.string().nullable().describe('Cursor of the next page, null on the last'),
  ...MISSING_NODES,
};

/** A place in a list as an opaque text for URLs. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
}

/** The place that a cursor names; undefined without one, AnswerError 400 for a text that is none. */
export function decodeCursor<Place>(
  cursor: string | undefined,
  schema: z.ZodType<Place>,
): Place | undefined {
  if (cursor === undefined) return undefined;
  const result = schema.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!result.success) throw new AnswerError(BAD_CURSOR);
  return result.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
