// Reads what this store wrote as JSON, and the lines of the files it is filled from.
import { z } from 'zod';
import { ALARM_ACTIONS, type AlarmAction } from '../../core/alarm/alarm-action.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';

/** A state as this store or its client wrote it. */
export function parseState(text: string): AlarmState | undefined {
  const value = parseJson(text);
  return isState(value) ? value : undefined;
}

function isState(value: unknown): value is AlarmState {
  return typeof value === 'object' && value !== null && 'alarm' in value && 'progress' in value;
}

const action = z.object({
  alarm_id: z.string().min(1),
  at: z.number(),
  by: z.string(),
  what: z.enum(ALARM_ACTIONS),
  from: z.string(),
  value: z.string(),
});

/** An action of the operator record, a batch or the history; undefined for anything else. */
export function parseAction(text: string): AlarmAction | undefined {
  return action.safeParse(parseJson(text)).data;
}

const text = z.string();
const texts = z
  .array(text)
  .nullish()
  .transform((values) => values ?? []);
const optionalText = text
  .nullish()
  .transform((value) => (value === '' || value === null ? undefined : value));
const time = z
  .number()
  .nullish()
  .transform((value) => (value === 0 || value === null ? undefined : value));
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((values) => (values?.length ? values : undefined));
const findings = list(z.object({ provider: text, term: text, result: text }));

const rule = z.object({
  name: text.default(''),
  stage: z.number(),
  occurrence: z.number().default(1),
  type: z.enum(['PluginRule', 'TaxonomyRule']).default('PluginRule'),
  plugin_id: z.number().default(0),
  plugin_sid: list(z.number()),
  product: list(text),
  category: optionalText,
  subcategory: list(text),
  from: text.default('ANY'),
  to: text.default('ANY'),
  port_from: text.default('ANY'),
  port_to: text.default('ANY'),
  protocol: text.default('ANY'),
  custom_data1: optionalText,
  custom_data2: optionalText,
  custom_data3: optionalText,
  sticky_different: optionalText,
  reliability: z.number().default(0),
  timeout: z.number().default(0),
  start_time: time,
  end_time: time,
  status: text.nullish().transform((value) => {
    return value === 'finished' || value === 'timeout' ? value : undefined;
  }),
});

/** A line of the alarm file (SPEC §6), ours, the reference's or the Go version's. */
const record = z.object({
  alarm_id: text.min(1),
  title: text,
  status: text.default(''),
  tag: text.default(''),
  kingdom: text.default(''),
  category: text.default(''),
  created_time: z.number(),
  update_time: z.number(),
  risk: z.number(),
  risk_class: z.enum(['Low', 'Medium', 'High']),
  rules: z
    .array(rule)
    .nullish()
    .transform((rules) => rules ?? []),
  src_ips: texts,
  dst_ips: texts,
  networks: texts,
  intel_hits: findings,
  vulnerabilities: findings,
  custom_data: list(z.object({ label: text, content: text })),
});

/** A line of an alarm file; an empty status or tag becomes the initial one; undefined for a torn or strange line. */
export function parseRecord(
  line: string,
  initial: { readonly status: string; readonly tag: string },
): AlarmRecord | undefined {
  const { data } = record.safeParse(parseJson(line));
  if (data === undefined) return undefined;
  return {
    ...withoutAbsent(data),
    rules: data.rules.map(withoutAbsent),
    status: data.status || initial.status,
    tag: data.tag || initial.tag,
  };
}

type Present<Shape> = {
  [Key in keyof Shape as undefined extends Shape[Key] ? never : Key]: Shape[Key];
} & {
  [Key in keyof Shape as undefined extends Shape[Key] ? Key : never]?: Exclude<
    Shape[Key],
    undefined
  >;
};

function withoutAbsent<Shape extends object>(shape: Shape): Present<Shape>;
function withoutAbsent(shape: object): object {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
