// Dsiem's indices and the documents in them, as its Logstash pipeline makes them.
import { z } from 'zod';
import type { AlarmRecord } from '../core/alarm/alarm-record.ts';

/**
 * Where alarms are: one index a day behind the alias `siem_alarms`, or in older installations one index of that name. The
 * document id is the alarm id.
 */
export const ALARMS = 'siem_alarms,siem_alarms-*';
/** One document for each accepted event: alarm_id, stage, event_id. */
export const ALARM_EVENTS = 'siem_alarm_events,siem_alarm_events-*';
/** The events themselves, with the field event_id. */
export const EVENTS = 'siem_events,siem_events-*';

/** A document with its place. */
export interface StoredDocument {
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

const PASSED_ON = [
  ...['title', 'status', 'kingdom', 'category', 'risk', 'risk_class', 'tag', 'src_ips', 'dst_ips'],
  ...['intel_hits', 'vulnerabilities', 'networks', 'rules', 'custom_data'],
] as const satisfies readonly (keyof AlarmRecord)[];

/** The document that the pipeline would make of the alarm's newest line, for the index of the day `nowMs`. */
export function toAlarmDocument(alarm: AlarmRecord, nowMs: number): StoredDocument {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '.');
  const index = `siem_alarms-${day}`;
  const fields: Record<string, unknown> = {};
  for (const key of PASSED_ON) if (alarm[key] !== undefined) fields[key] = alarm[key];
  return {
    index,
    id: alarm.alarm_id,
    source: {
      ...fields,
      timestamp: toDate(alarm.created_time),
      updated_time: toDate(alarm.update_time),
      perm_index: index,
    },
  };
}

function toDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const hitsShape = z.object({
  hits: z.object({
    total: z.object({ value: z.int() }).optional(),
    hits: z.array(
      z.object({
        _index: z.string(),
        _id: z.string(),
        _source: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  }),
});

/** The documents of a search's answer and how many there are in all; throws when it has another shape. */
export function readHits(answer: unknown): { documents: StoredDocument[]; total: number } {
  const { hits } = hitsShape.parse(answer);
  const documents = hits.hits.map(({ _index, _id, _source }) => ({
    ...{ index: _index, id: _id, source: _source },
  }));
  return { documents, total: hits.total?.value ?? documents.length };
}
