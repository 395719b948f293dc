import type { z } from 'zod';

import { valueAt, type JsonPath } from './json-value.ts';

/** One value of the wrong shape. */
export interface ShapeFault {
  readonly path: JsonPath;
  readonly problem: string;
  readonly got?: unknown;
}

export type ShapeCheck<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly faults: readonly ShapeFault[] };

/** Checks a parsed JSON value against a schema; each fault has its own path, and the value found there. */
export function checkShape<Value>(schema: z.ZodType<Value>, input: unknown): ShapeCheck<Value> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const faults = result.error.issues.map(({ path: keys, message }) => {
    const path = keys.filter((key) => typeof key !== 'symbol');
    const got = valueAt(input, path);
    return got === undefined
      ? { path, problem: `is missing, it ${message}` }
      : { path, problem: message, got };
  });
  return { ok: false, faults };
}

/** A path within an item as a field name: `plugin_sid[1]`. */
export function formatPath(path: JsonPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
