import { changesVersion, type AlarmAction } from './alarm-action.ts';
import type { AlarmHandling } from './alarm-view.ts';

/** An alarm that no person has touched. */
export const UNTOUCHED: AlarmHandling = {
  version: 0,
  comments: 0,
  assignee: '',
  first_look: 0,
  closed_at: 0,
};

/** The handling after one more action; an alarm is closed while it has `closedStatus`. */
export function handleAlarm(
  handling: AlarmHandling,
  action: AlarmAction,
  closedStatus: string,
): AlarmHandling {
  const { what, value, at } = action;
  const isClosed = what === 'status' && value === closedStatus;
  return {
    version: handling.version + (changesVersion(action) ? 1 : 0),
    comments: handling.comments + (what === 'comment' ? 1 : 0),
    assignee: what === 'assignee' ? value : handling.assignee,
    first_look: handling.first_look === 0 ? at : handling.first_look,
    closed_at: what === 'status' ? (isClosed ? at : 0) : handling.closed_at,
  };
}
