// What a run left in the two alarm files, made comparable between runs: a backlog is known by the event that opened it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const eventLine = z.strictObject({
  alarm_id: z.string().regex(/^[\w-]{9}$/),
  stage: z.number().int(),
  event_id: z.string(),
});
const alarmLine = z.looseObject({
  alarm_id: z.string().regex(/^[\w-]{9}$/),
  risk: z.number().int().min(1).max(10),
  rules: z.array(z.looseObject({ stage: z.number(), status: z.string().optional() })),
});

/** A line of siem_alarm_events.json. */
export type EventLine = z.infer<typeof eventLine>;
/** A line of siem_alarms.json. */
export type AlarmLine = z.infer<typeof alarmLine>;

/** Everything one backlog wrote, in its order; ids and times left out. */
export interface WrittenBacklog {
  readonly events: readonly string[];
  readonly alarms: readonly unknown[];
}

/** The lines of siem_alarm_events.json, or of another file of its kind; throws for a torn line. */
export function readEventLines(folder: string, name = 'siem_alarm_events.json'): EventLine[] {
  return readLines(join(folder, name)).map((line) => eventLine.parse(line));
}

/** The lines of siem_alarms.json, or of another file of its kind; throws for a torn line. */
export function readAlarmLines(folder: string, name = 'siem_alarms.json'): AlarmLine[] {
  return readLines(join(folder, name)).map((line) => alarmLine.parse(line));
}

/** Backlogs by the id of the event that opened them. */
export function gatherBacklogs(
  events: readonly EventLine[],
  alarms: readonly AlarmLine[],
): ReadonlyMap<string, WrittenBacklog> {
  const byAlarm = new Map<string, { opener: string; events: string[]; alarms: unknown[] }>();
  for (const { alarm_id, stage, event_id } of events) {
    const backlog = byAlarm.get(alarm_id) ?? { opener: event_id, events: [], alarms: [] };
    byAlarm.set(alarm_id, backlog);
    backlog.events.push(`${String(stage)} ${event_id}`);
  }
  for (const alarm of alarms) {
    const backlog = byAlarm.get(alarm.alarm_id);
    if (backlog === undefined) throw new Error(`an alarm of no event: ${JSON.stringify(alarm)}`);
    backlog.alarms.push(withoutIdsAndTimes(alarm));
  }
  const byOpener = [...byAlarm.values()].map(({ opener, ...rest }): [string, WrittenBacklog] => [
    opener,
    rest,
  ]);
  return new Map(byOpener.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutIdsAndTimes({ rules, ...alarm }: AlarmLine): unknown {
  const times = { alarm_id: undefined, created_time: undefined, update_time: undefined };
  const ruleTimes = { start_time: undefined, end_time: undefined };
  return { ...alarm, ...times, rules: rules.map((rule) => ({ ...rule, ...ruleTimes })) };
}

function readLines(path: string): unknown[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} ends in a torn line`);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}
