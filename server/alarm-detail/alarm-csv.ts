// Alarms as rows of a table. What would be a formula in a spreadsheet gets an apostrophe before it.
import { stringify } from 'csv-stringify/sync';
import type { Finding } from '../../core/alarm/alarm-record.ts';
import type { ShownAlarm } from './describe-row.ts';

type Cell = string | number;

/** The columns in their order; times are ISO 8601 in UTC, several values are separated by blanks or `; `. */
const COLUMNS = {
  alarm_id: ({ alarm }) => alarm.alarm_id,
  title: ({ alarm }) => alarm.title,
  status: ({ alarm }) => alarm.status,
  tag: ({ alarm }) => alarm.tag,
  assignee: ({ assignee }) => assignee,
  risk: ({ alarm }) => alarm.risk,
  risk_class: ({ alarm }) => alarm.risk_class,
  progress: ({ progress }) => progress,
  directive_id: ({ directive_id }) => directive_id,
  kingdom: ({ alarm }) => alarm.kingdom,
  category: ({ alarm }) => alarm.category,
  created_time: ({ alarm }) => toIso(alarm.created_time),
  update_time: ({ alarm }) => toIso(alarm.update_time),
  first_event: ({ first_event }) => toIso(first_event),
  last_event: ({ last_event }) => toIso(last_event),
  first_look: ({ first_look }) => toIso(first_look),
  closed_at: ({ closed_at }) => toIso(closed_at),
  stage: ({ stage }) => stage,
  stages: ({ stages }) => stages,
  events_total: ({ events_total }) => events_total,
  src_ips: ({ alarm }) => alarm.src_ips.join(' '),
  dst_ips: ({ alarm }) => alarm.dst_ips.join(' '),
  names: ({ names }) =>
    Object.entries(names)
      .map(([ip, name]) => `${ip} ${name}`)
      .join('; '),
  networks: ({ alarm }) => alarm.networks.join(' '),
  intel_hits: ({ alarm }) => joinFindings(alarm.intel_hits),
  vulnerabilities: ({ alarm }) => joinFindings(alarm.vulnerabilities),
  custom_data: ({ alarm }) =>
    (alarm.custom_data ?? []).map(({ label, content }) => `${label}: ${content}`).join('; '),
  comments: ({ comments }) => comments,
  node: ({ node }) => node,
} as const satisfies Record<string, (row: ShownAlarm) => Cell>;

/** The first line: the names of the columns. */
export const CSV_HEAD = stringify([Object.keys(COLUMNS)]);

/** A line for each alarm. */
export function writeCsvRows(rows: readonly ShownAlarm[]): string {
  const readers = Object.values(COLUMNS);
  const cells = rows.map((row) => readers.map((read) => read(row)));
  return stringify(cells, { escape_formulas: true });
}

function joinFindings(findings: readonly Finding[] = []): string {
  return findings.map(({ provider, term, result }) => `${provider} ${term}: ${result}`).join('; ');
}

function toIso(seconds: number): string {
  return seconds === 0 ? '' : new Date(seconds * 1000).toISOString();
}
