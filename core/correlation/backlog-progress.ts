import type { BacklogProgress, Progress, StageRisk } from '../alarm/alarm-state.ts';
import { deadlineOf, type Backlog, type BacklogEnd, type CorrelationContext } from './backlog.ts';

/** How far a backlog has come, in the terms of feed and REST. */
export function describeProgress(backlog: Backlog, context: CorrelationContext): BacklogProgress {
  const needed = backlog.ruleSet.rules[backlog.stage - 1]?.occurrence ?? 0;
  const current = backlog.stages[backlog.stage - 1];
  return {
    stage: backlog.stage,
    stages: backlog.ruleSet.rules.length,
    events: current?.status === 'finished' ? needed : (current?.eventIds?.size ?? 0),
    needed,
    events_total: backlog.eventCount,
    first_event: backlog.firstEventTime,
    last_event: backlog.lastEventTime,
    deadline: deadlineOf(backlog, context),
  };
}

/** What the risk was made of at each finished stage of which that is known. */
export function describeRisks({ stages }: Backlog): StageRisk[] {
  return stages.flatMap(({ riskTerms }, index) => {
    if (riskTerms === undefined) return [];
    const { assetValue, ...terms } = riskTerms;
    return [{ stage: index + 1, ...terms, asset_value: assetValue }];
  });
}

/** What an end is called in feed and REST; undefined is a live backlog. */
export function progressOf(end: BacklogEnd | undefined): Progress {
  if (end === undefined) return 'running';
  return end === 'evicted' ? 'timeout' : end;
}
