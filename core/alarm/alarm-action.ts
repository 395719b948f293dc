/**
 * What a person can do to an alarm: set status, tag or assignee, add a comment, delete it (hide it; its backlog runs on
 * without alarm lines), restore a deleted one, look at it for the first time.
 */
export const ALARM_ACTIONS = [
  'status',
  'tag',
  'assignee',
  'comment',
  'delete',
  'restore',
  'look',
] as const;
export type AlarmActionKind = (typeof ALARM_ACTIONS)[number];

/** One deed of a person, as the operator record, the alarm's history and the feed tell it. */
export interface AlarmAction {
  readonly alarm_id: string;
  /** Unix seconds with fraction. */
  readonly at: number;
  /** The name of the token. */
  readonly by: string;
  readonly what: AlarmActionKind;
  /** The former status, tag or assignee; empty for the others, and for an assignee who was nobody. */
  readonly from: string;
  /** The new status, tag or assignee (empty: nobody), the comment's text; empty for the others. */
  readonly value: string;
}

/** Whether the action makes a new version of the alarm: what somebody else's change could run into. */
export function changesVersion({ what }: Pick<AlarmAction, 'what'>): boolean {
  return what !== 'comment' && what !== 'look';
}
