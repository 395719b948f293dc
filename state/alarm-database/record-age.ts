import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';

/** Whether a state of an alarm is certainly newer than another one: a later event, or more stages finished. */
export function isNewer(record: AlarmRecord, other: AlarmRecord): boolean {
  if (record.update_time !== other.update_time) return record.update_time > other.update_time;
  return countFinished(record) > countFinished(other);
}

function countFinished({ rules }: AlarmRecord): number {
  return rules.filter(({ status }) => status === 'finished').length;
}
