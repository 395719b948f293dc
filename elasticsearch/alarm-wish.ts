import { z } from 'zod';
import type { AlarmAction } from '../core/alarm/alarm-action.ts';
import type { AlarmRecord } from '../core/alarm/alarm-record.ts';
import { toAlarmDocument } from './alarm-documents.ts';

/** How Elasticsearch is to have one alarm. What is absent stays; a later wish replaces what an earlier one says. */
export const alarmWish = z.object({
  id: z.string().min(1),
  status: z.string().exactOptional(),
  tag: z.string().exactOptional(),
  /** True: gone; false: there again. */
  deleted: z.boolean().exactOptional(),
  /** For an alarm that is to be there again: its document, should nothing be kept of the old one. */
  source: z.record(z.string(), z.unknown()).exactOptional(),
});
export type AlarmWish = z.infer<typeof alarmWish>;

/** What the action asks for; undefined for what Dsiem's indices have no place for. `alarm` is its newest record, if known. */
export function toWish(
  { alarm_id: id, what, value }: AlarmAction,
  alarm: AlarmRecord | undefined,
  nowMs: number,
): AlarmWish | undefined {
  switch (what) {
    case 'status':
      return { id, status: value };
    case 'tag':
      return { id, tag: value };
    case 'delete':
      return { id, deleted: true };
    case 'restore':
      if (alarm === undefined) return { id, deleted: false };
      return {
        ...{ id, deleted: false, status: alarm.status, tag: alarm.tag },
        source: toAlarmDocument(alarm, nowMs).source,
      };
    case 'assignee':
    case 'comment':
    case 'look':
      return undefined;
  }
}

/** Both wishes as one: a deletion ends what was wished before it. */
export function joinWishes(earlier: AlarmWish | undefined, later: AlarmWish): AlarmWish {
  return earlier === undefined || later.deleted === true ? later : { ...earlier, ...later };
}
