// A rule as its file writes it, in the pairs in which one reads it.
export interface WrittenField {
  readonly keys: string;
  readonly values: string;
}

const PAIRS: Readonly<Record<string, string>> = {
  plugin_id: 'plugin_sid',
  from: 'to',
  port_from: 'port_to',
};
/** What stands beside it in words already. */
const TOLD: ReadonlySet<string> = new Set(['name', 'stage', 'type']);

/** The file's own keys and values in the order of the file; keys that belong together share a line. */
export function writtenFields(rule: Readonly<Record<string, unknown>>): WrittenField[] {
  const fields: WrittenField[] = [];
  const done = new Set(TOLD);
  for (const key of Object.keys(rule)) {
    if (done.has(key)) continue;
    const pair = pairOf(key);
    if (pair === undefined || !(pair[0] in rule) || !(pair[1] in rule)) {
      done.add(key);
      fields.push({ keys: key, values: valueText(rule[key]) });
      continue;
    }
    for (const one of pair) done.add(one);
    const values = pair.map((one) => valueText(rule[one]));
    fields.push({ keys: pair.join(', '), values: values.join(', ') });
  }
  return fields;
}

function pairOf(key: string): readonly [string, string] | undefined {
  const found = Object.entries(PAIRS).find(([first, second]) => key === first || key === second);
  return found;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return JSON.stringify(value);
}
