import { z } from 'zod';

/** Something that a frontend can ask of a backend, or have it do; requests and answers are JSON. */
export interface Call<Request, Answer> {
  readonly name: string;
  /** Checks what comes from the network, whole. */
  readonly request: z.ZodType<Request>;
  readonly answer: z.ZodType<Answer>;
  /** How long the answer is waited for. */
  readonly limitMs: number;
}

const READ_MS = 3_000;
const CHANGE_MS = 15_000;

/** A question; asking it twice does nothing. */
export function defineRead<Request, Answer>(
  name: string,
  request: z.ZodType<Request>,
  answer: z.ZodType<Answer>,
): Call<Request, Answer> {
  return { name, request, answer, limitMs: READ_MS };
}

/** A change; it is never sent a second time. */
export function defineChange<Request, Answer>(
  name: string,
  request: z.ZodType<Request>,
  answer: z.ZodType<Answer>,
): Call<Request, Answer> {
  return { name, request, answer, limitMs: CHANGE_MS };
}

/**
 * An object with these lists, taken at its word for the rest: answers are made by this same program on another node, and
 * pages of a thousand alarms are not checked key by key.
 */
export function objectWith<Answer>(lists: readonly string[] = []): z.ZodType<Answer> {
  return z.custom<Answer>((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const fields = new Map<string, unknown>(Object.entries(value));
    return lists.every((name) => Array.isArray(fields.get(name)));
  });
}

/** A list of such objects. */
export function listOf<Item>(
  item: z.ZodType<Item> = objectWith<Item>(),
): z.ZodType<readonly Item[]> {
  return z.array(item);
}

/** JSON has no undefined: an answer that is absent stands for it. */
export function perhaps<Answer>(answer: z.ZodType<Answer>): z.ZodType<Answer | undefined> {
  return answer.optional();
}
