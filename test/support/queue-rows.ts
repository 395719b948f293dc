// Rows and lists of the page's queue for tests.
import type { AlarmRow } from '../../server/schemas/alarm-detail.ts';
import { parseAnswer } from '../../web/api/json-answer.ts';
import { startList, type QueueList } from '../../web/alarms/list/queue-list.ts';
import type { AlarmListAnswer } from '../../web/alarms/list/queue-row.ts';
import type { AlarmState, LiveBatch } from '../../web/live/feed-batch.ts';
import { makeAlarmState } from './alarm-states.ts';

type Changes = Parameters<typeof makeAlarmState>[0];

/** An alarm's state as it comes over the wire. */
export function makeState(id: string, changes: Changes = {}): AlarmState {
  const state = makeAlarmState({ ...changes, alarm: { alarm_id: id, ...changes.alarm } });
  return parseAnswer<AlarmState>(JSON.stringify(state));
}

/** An alarm as GET /api/alarms has it. */
export function makeRow(
  id: string,
  changes: Changes & Partial<Omit<AlarmRow, 'alarm'>> = {},
): AlarmRow {
  const { version = 0, comments = 0, assignee = '', names = {}, intel = false, ...state } = changes;
  const handling = { version, comments, assignee, first_look: 0, closed_at: 0 };
  return { ...makeState(id, state), ...handling, names, intel };
}

/** An answer of GET /api/alarms with these rows and no further ones. */
export function makeListAnswer(
  rows: readonly AlarmRow[],
  changes: Partial<AlarmListAnswer> = {},
): AlarmListAnswer {
  return { alarms: [...rows], as_of: 7, total: rows.length, next: null, ...changes };
}

/** A list that was taken at 1000 (Unix seconds). */
export function makeList(...rows: readonly AlarmRow[]): QueueList {
  return startList(makeListAnswer(rows), 1000);
}

/** What the feed told: states, counts and changes. */
export function makeBatch(told: {
  readonly states?: readonly AlarmState[];
  readonly changes?: readonly Partial<LiveBatch['changes'][number]>[];
}): LiveBatch {
  const { states = [], changes = [] } = told;
  return {
    alarms: new Map(states.map((state) => [state.alarm.alarm_id, state])),
    counts: new Map(),
    changes: changes.map((change) => ({
      ...{ kind: 'change', sequence: 1, alarm_id: 'a', what: 'status', from: 'Open' },
      ...{ value: 'Closed', by: 'analyst2', at: 1000 },
      ...change,
    })),
    backlogs: new Map(),
    notices: [],
    renew: false,
    begunAt: undefined,
  };
}
