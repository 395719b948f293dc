import type { z } from 'zod';
import type { alarmList, AlarmRow } from '../../../server/schemas/alarm-detail.ts';

/** What GET /api/alarms answers. */
export type AlarmListAnswer = z.infer<typeof alarmList>;

/** What persons can set of an alarm. */
export interface Marks {
  readonly status: string;
  readonly tag: string;
  readonly assignee: string;
  readonly deleted: boolean;
}

/** A wish for alarms: what is absent stays. */
export type MarkSet = Partial<Marks> & { readonly comment?: string };

/** An alarm as the queue holds it; its rules are left out, they are the bulk of it and no column shows them. */
export interface QueueRow extends AlarmRow {
  /** "Closed by analyst2": somebody else took it out of the list, in which it stays dimmed; empty for all others. */
  readonly departed: string;
  /** Taken out by the one who looks at it: it keeps its place for an undo, and is not drawn. */
  readonly gone: boolean;
}

/** A row as it comes from the engine. */
export function toQueueRow(row: AlarmRow): QueueRow {
  return { ...row, alarm: { ...row.alarm, rules: [] }, departed: '', gone: false };
}

/** What of a row persons can set. */
export function marksOf({ alarm, assignee, deleted }: QueueRow): Marks {
  return { status: alarm.status, tag: alarm.tag, assignee, deleted: deleted === true };
}

/** The row with other marks; a comment is no mark. */
export function withMarks(row: QueueRow, { status, tag, assignee, deleted }: MarkSet): QueueRow {
  const { deleted: was, ...rest } = row;
  const isDeleted = deleted ?? was === true;
  return {
    ...rest,
    alarm: { ...row.alarm, status: status ?? row.alarm.status, tag: tag ?? row.alarm.tag },
    assignee: assignee ?? row.assignee,
    ...(isDeleted && { deleted: true as const }),
  };
}

/** Whether two alarms have the same marks. */
export function sameMarks(left: Marks, right: Marks): boolean {
  return (
    left.status === right.status &&
    left.tag === right.tag &&
    left.assignee === right.assignee &&
    left.deleted === right.deleted
  );
}
