// What a frontend asks a backend for when it comes, or when something of its feed was lost.
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import type { RecentAlarms } from '../../core/alarm/recent-alarms.ts';
import type { StoredAlarm } from '../../core/alarm/alarm-view.ts';
import { ALARM_CALLS } from './alarm-calls.ts';
import type { Asker } from './asker.ts';
import type { ToldChange } from './feed-message.ts';
import type { Backend } from './view-subjects.ts';

const NEWEST = 2_000;
const RUNNING = 2_000;
const FOUND_AT_ONCE = 500;
const NEWEST_FIRST = { by: 'last', descending: true } as const;

/** The alarms that run or are new, and those that were known before, as they are now; deleted ones are marked. */
export interface CurrentAlarms {
  /** The last change of the backend's count that is in all of them. */
  readonly sequence: number;
  /** Oldest first. */
  readonly states: readonly AlarmState[];
}

/** Rejects with AskError. */
export async function readCurrent(
  asker: Asker,
  backend: Backend,
  known: readonly string[],
): Promise<CurrentAlarms> {
  const newest = await asker.ask(backend, ALARM_CALLS.snapshot, { limit: NEWEST });
  const running = await asker.ask(backend, ALARM_CALLS.list, {
    filter: { is: { progress: ['running'] } },
    ...{ sort: NEWEST_FIRST, limit: RUNNING },
  });
  const states = new Map<string, AlarmState>();
  for (const state of [...newest.alarms, ...running.alarms.map(toState)]) {
    states.set(state.alarm.alarm_id, state);
  }
  const others = known.filter((id) => !states.has(id));
  for (let first = 0; first < others.length; first += FOUND_AT_ONCE) {
    const ids = others.slice(first, first + FOUND_AT_ONCE);
    for (const found of await asker.ask(backend, ALARM_CALLS.find, ids)) {
      states.set(found.alarm.alarm_id, toState(found));
    }
  }
  const inOrder = [...states.values()].sort(
    (left, right) => left.alarm.update_time - right.alarm.update_time,
  );
  return { sequence: newest.sequence, states: inOrder };
}

/** What has to be told so that who knew `known` knows the current alarms. */
export function findChanges(
  { states }: CurrentAlarms,
  known: RecentAlarms,
  nowSeconds: number,
): ToldChange[] {
  return states.flatMap((state): ToldChange[] => {
    const before = known.get(state.alarm.alarm_id);
    if (state.deleted === true) {
      const action = {
        alarm_id: state.alarm.alarm_id,
        at: nowSeconds,
        by: '',
        from: '',
        value: '',
      };
      const isNews = before !== undefined && !before.isDeleted;
      return isNews ? [{ type: 'action', action: { ...action, what: 'delete' } }] : [];
    }
    const fresh = toState(state);
    const isSame =
      before !== undefined && JSON.stringify(toState(before.state)) === JSON.stringify(fresh);
    return isSame ? [] : [{ type: 'alarm', state: fresh }];
  });
}

/** Without what the store adds, and with its keys in one order: states are compared as texts. */
function toState(stored: AlarmState | StoredAlarm): AlarmState {
  const { alarm, directive_id, progress, risks, deleted, node } = stored;
  const { stage, stages, events, needed, events_total } = stored;
  const { first_event, last_event, deadline } = stored;
  return {
    ...{ alarm, directive_id, progress, risks, node },
    ...(deleted === true && { deleted }),
    ...{ stage, stages, events, needed, events_total },
    ...{ first_event, last_event, deadline },
  };
}
