import { z } from 'zod';
import type { AlarmRule } from '../core/alarm/alarm-record.ts';
import type { BacklogProgress, Progress } from '../core/alarm/alarm-state.ts';
import type { StoredAlarm } from '../core/alarm/alarm-view.ts';
import type { StoredDocument } from './alarm-documents.ts';

const text = z.string().catch('');
const count = z.number().catch(0);
const texts = z.array(z.string()).catch([]);
const seconds = z
  .string()
  .catch('')
  .transform((date) => Math.floor((Date.parse(date) || 0) / 1000));
const findings = z.array(z.object({ provider: text, term: text, result: text }));

const rule = z.object({
  ...{ name: text, stage: count, occurrence: count, plugin_id: count, from: text, to: text },
  ...{ port_from: text, port_to: text, protocol: text, reliability: count, timeout: count },
  type: z.enum(['PluginRule', 'TaxonomyRule']).catch('PluginRule'),
  plugin_sid: z.array(z.number()).exactOptional(),
  product: z.array(z.string()).exactOptional(),
  category: z.string().exactOptional(),
  subcategory: z.array(z.string()).exactOptional(),
  custom_data1: z.string().exactOptional(),
  custom_data2: z.string().exactOptional(),
  custom_data3: z.string().exactOptional(),
  sticky_different: z.string().exactOptional(),
  start_time: z.number().exactOptional(),
  end_time: z.number().exactOptional(),
  status: z.enum(['finished', 'timeout']).exactOptional(),
}) satisfies z.ZodType<AlarmRule>;

const source = z.object({
  ...{ title: text, status: text, tag: text, kingdom: text, category: text, risk: count },
  ...{ timestamp: seconds, updated_time: seconds },
  risk_class: z.enum(['Low', 'Medium', 'High']).catch('Low'),
  rules: z.array(rule).catch([]),
  ...{ src_ips: texts, dst_ips: texts, networks: texts },
  intel_hits: findings.exactOptional().catch([]),
  vulnerabilities: findings.exactOptional().catch([]),
  custom_data: z
    .array(z.object({ label: text, content: text }))
    .exactOptional()
    .catch([]),
});

/**
 * The alarm that a document is about, as far as it tells: nothing is known of its directive, its counts of events and what
 * persons did, and its progress is read off its rules. Fields that cannot be read are empty.
 */
export function toStoredAlarm({ id, source: fields }: StoredDocument, nowMs: number): StoredAlarm {
  const { timestamp, updated_time, ...record } = source.parse(fields);
  const counts = toCounts(record.rules, timestamp, updated_time);
  return {
    alarm: { alarm_id: id, ...record, created_time: timestamp, update_time: updated_time },
    ...{ directive_id: 0, risks: [], node: '', ...counts },
    progress: toProgress(record.rules, counts.deadline, nowMs),
    ...{ version: 0, comments: 0, assignee: '', first_look: 0, closed_at: 0 },
  };
}

function toCounts(rules: readonly AlarmRule[], created: number, updated: number): BacklogProgress {
  const current = rules.find(({ status }) => status === undefined) ?? rules.at(-1);
  return {
    stage: current?.stage ?? 0,
    stages: rules.length,
    ...{ events: 0, needed: current?.occurrence ?? 0, events_total: 0 },
    first_event: rules[0]?.start_time ?? created,
    last_event: Math.max(updated, ...rules.map(({ end_time = 0 }) => end_time)),
    deadline: (current?.start_time ?? updated) + (current?.timeout ?? 0),
  };
}

function toProgress(rules: readonly AlarmRule[], deadline: number, nowMs: number): Progress {
  if (rules.some(({ status }) => status === 'timeout')) return 'timeout';
  if (rules.length > 0 && rules.every(({ status }) => status === 'finished')) return 'complete';
  return deadline * 1000 < nowMs ? 'timeout' : 'running';
}
