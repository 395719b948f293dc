// What the feed tells of the alarm on the page, put into what was asked for; the rest is asked for anew.
import type { AlarmDetail, StageView } from '../../server/schemas/alarm-detail.ts';
import type { LiveBatch } from '../live/feed-batch.ts';

/** The alarm with the newest of a batch; the same object when the batch tells nothing of it. */
export function mergeDetail(detail: AlarmDetail, batch: LiveBatch): AlarmDetail {
  const id = detail.alarm.alarm_id;
  const state = batch.alarms.get(id);
  const counts = batch.counts.get(id);
  if (state === undefined && counts === undefined) return detail;
  // `stages` is a number there, and here what each stage did.
  const merged: AlarmDetail = { ...detail, ...state, ...counts, stages: detail.stages };
  return { ...merged, stages: merged.stages.map((stage) => mergeStage(stage, merged)) };
}

/** Whether a batch tells something of the alarm that only the engine can work out: stages, terms, history. */
export function needsAnew(id: string, { alarms, changes, backlogs, renew }: LiveBatch): boolean {
  return (
    renew ||
    alarms.has(id) ||
    backlogs.has(id) ||
    changes.some(({ alarm_id: changed }) => changed === id)
  );
}

function mergeStage(stage: StageView, detail: AlarmDetail): StageView {
  if (stage.stage !== detail.stage || stage.state !== 'running') return stage;
  const { events, needed, deadline } = detail;
  const came = Math.min(needed, events);
  return {
    ...stage,
    came,
    accepted: Math.max(stage.accepted, came),
    deadline: deadline > 0 ? deadline : stage.deadline,
  };
}
