import type { AlarmDetail, StageView } from '../../server/schemas/alarm-detail.ts';
import { parseAnswer } from '../../web/api/json-answer.ts';
import type { AlarmState } from '../../web/live/feed-batch.ts';
import { makeAlarmState } from './alarm-states.ts';

/** A stage of an alarm as REST tells it, with these changes. */
export function makeStage({
  reliability = 5,
  ...changes
}: Partial<StageView> & { readonly reliability?: number } = {}): StageView {
  const stage = changes.stage ?? 1;
  return {
    ...{ stage, name: `stage ${String(stage)}` },
    rule: {
      ...{ name: `stage ${String(stage)}`, stage, occurrence: 1, type: 'PluginRule' },
      ...{ plugin_id: 1, from: 'ANY', to: 'ANY', port_from: 'ANY', port_to: 'ANY' },
      ...{ protocol: 'ANY', reliability, timeout: 600 },
    },
    ...{ references: {}, state: 'finished', needed: 1, came: 1, accepted: 1 },
    ...{ started: null, ended: null, deadline: null, risk: null, would_be: null },
    ...changes,
  };
}

/** An alarm with all that REST tells of it, in its second stage of three, with these changes. */
export function makeAlarmDetail(changes: Partial<AlarmDetail> = {}): AlarmDetail {
  return {
    ...parseAnswer<AlarmState>(JSON.stringify(makeAlarmState())),
    ...{ version: 0, comments: 0, assignee: '', first_look: 0, closed_at: 0 },
    ...{ names: {}, intel: false, as_of: 1 },
    stages: [
      makeStage({ stage: 1, started: 990, ended: 990 }),
      makeStage({ stage: 2, state: 'running', started: 995, needed: 5, came: 1, deadline: 1600 }),
      makeStage({ stage: 3, state: 'waiting', came: 0 }),
    ],
    risk_bounds: { medium_from: 3, high_above: 6 },
    ...{ addresses: [], history: [], directive: null, kibana_url: null },
    event_summary: {
      ...{ total: 2, kept: 2, recorded: true, stages: [], bucket_seconds: 60, not_kept: [] },
    },
    ...changes,
  };
}
