/** The way to a value in a JSON document: keys and positions. */
export type JsonPath = readonly (string | number)[];

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a parsed JSON value is a list. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The value at `path`, undefined when there is none. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path) {
    if (isList(value) && typeof step === 'number') value = value[step];
    else if (isRecord(value) && Object.hasOwn(value, step)) value = value[String(step)];
    else return undefined;
  }
  return value;
}

/** A copy of `root` with `value` at `path`; only what lies on the path is copied. */
export function withValueAt(root: unknown, path: JsonPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isList(root) && typeof step === 'number') {
    return root.map((entry, index) => (index === step ? withValueAt(entry, rest, value) : entry));
  }
  if (!isRecord(root)) return root;
  return { ...root, [step]: withValueAt(root[String(step)], rest, value) };
}
