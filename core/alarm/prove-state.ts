import type { AlarmRecord, AlarmRule } from './alarm-record.ts';
import type { AlarmState, BacklogProgress, Progress } from './alarm-state.ts';

/**
 * The state of an alarm of which only a line is known: directive id 0, and counts as far as its rules prove them. What is
 * known of it from before (`former`) and does not contradict the line stays.
 */
export function proveState(alarm: AlarmRecord, former: AlarmState | undefined): AlarmState {
  const proven = proveCounts(alarm.rules);
  const isAsBefore = former?.stage === proven.stage;
  const counts = isAsBefore ? countsOf(former) : proven;
  const progress = proveProgress(alarm.rules);
  return {
    ...counts,
    events_total: Math.max(proven.events_total, former?.events_total ?? 0),
    alarm,
    directive_id: former?.directive_id ?? 0,
    progress: progress === 'running' && isAsBefore ? former.progress : progress,
    risks: former?.risks ?? [],
    ...(former?.deleted === true && { deleted: true }),
    node: former?.node ?? '',
  };
}

function proveProgress(rules: readonly AlarmRule[]): Progress {
  if (rules.some(({ status }) => status === 'timeout')) return 'timeout';
  return rules.length > 0 && rules.every(({ status }) => status === 'finished')
    ? 'complete'
    : 'running';
}

function proveCounts(rules: readonly AlarmRule[]): BacklogProgress {
  const ordered = rules.toSorted((left, right) => left.stage - right.stage);
  const finished = ordered.filter(({ status }) => status === 'finished');
  const current = ordered.find(({ status }) => status !== 'finished') ?? ordered.at(-1);
  const times = ordered.flatMap(({ start_time: start, end_time: end }) =>
    [start, end].filter((time) => time !== undefined),
  );
  const occurrences = finished.map(({ occurrence }) => occurrence);
  return {
    stage: current?.stage ?? 0,
    stages: rules.length,
    events: current?.status === 'finished' ? current.occurrence : 0,
    needed: current?.occurrence ?? 0,
    events_total: occurrences.reduce((sum, count) => sum + count, 0),
    first_event: times[0] ?? 0,
    last_event: Math.max(0, ...times),
    deadline: (current?.start_time ?? 0) + (current?.timeout ?? 0),
  };
}

function countsOf(state: AlarmState): BacklogProgress {
  const { stage, stages, events, needed, events_total, first_event, last_event, deadline } = state;
  return { stage, stages, events, needed, events_total, first_event, last_event, deadline };
}
