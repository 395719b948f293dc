// What each directive and each of its stages has done and cost; kept over restarts.
import type { RiskClass } from '../alarm/alarm-record.ts';
import type { Effect } from '../correlation/effect.ts';
import { countInDay, createDayCount, type DayCount } from './day-count.ts';
import { createHistogram, observe, type Histogram } from './histogram.ts';

/** One stage of a directive since its directive's `since`. */
export interface StageStatistics {
  /** Events that a backlog accepted at this stage, once for each backlog. */
  events: number;
  /** Backlogs that finished it. */
  finished: number;
  /** Backlogs that ended in it by time-out or because there were too many. */
  timedOut: number;
  /** Unix seconds of the admission of the last event it accepted, 0 if none. */
  lastEvent: number;
  /** Seconds of event time from the end of the stage before to its own end. */
  readonly durations: Histogram;
}

/** One directive; changed in place by its manager. */
export interface DirectiveStatistics {
  readonly name: string;
  /** Unix seconds since when it counts. */
  readonly since: number;
  /** Deliveries to it. */
  events: number;
  /** The same of the last day. */
  readonly day: DayCount;
  /** Deliveries that a backlog consumed or that opened one. */
  matches: number;
  /** Unix seconds, 0 if none. */
  lastEvent: number;
  /** Milliseconds spent in its manager and backlogs. */
  workMs: number;
  /** Alarms by each class that they came to. */
  readonly alarms: Record<RiskClass, number>;
  /** Index 0 is stage 1; later ones appear when something happens in them. */
  readonly stages: StageStatistics[];
}

/** Upper bounds of stage durations in seconds, from a second to a day. */
export const STAGE_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400] as const;

/** A directive that nothing has happened to. */
export function createDirectiveStatistics(name: string, since: number): DirectiveStatistics {
  return {
    ...{ name, since, events: 0, matches: 0, lastEvent: 0, workMs: 0 },
    ...{ day: createDayCount(), alarms: { Low: 0, Medium: 0, High: 0 }, stages: [] },
  };
}

/** The statistics of a stage, 1..n. */
function stageOf({ stages }: DirectiveStatistics, stage: number): StageStatistics {
  while (stages.length < stage) stages.push(createStageStatistics());
  return stages[stage - 1] ?? createStageStatistics();
}

/** A stage that nothing has happened to. */
function createStageStatistics(): StageStatistics {
  return {
    ...{ events: 0, finished: 0, timedOut: 0, lastEvent: 0 },
    durations: createHistogram(STAGE_SECONDS),
  };
}

/** Counts deliveries that were offered to the directive, at `now` in Unix seconds. */
export function countDeliveries(
  statistics: DirectiveStatistics,
  { events, matches }: { readonly events: number; readonly matches: number },
  now: number,
): void {
  statistics.events += events;
  statistics.matches += matches;
  statistics.lastEvent = now;
  countInDay(statistics.day, events, now);
}

/** Counts what backlogs of the directive did, at `now` in Unix seconds (0 = no event was involved). */
export function countEffects(
  statistics: DirectiveStatistics,
  effects: readonly Effect[],
  now: number,
): void {
  for (const effect of effects) {
    if (effect.type === 'record-events') {
      const stage = stageOf(statistics, effect.stage);
      stage.events += effect.events.length;
      stage.lastEvent = now;
    } else if (effect.type === 'update-alarm') {
      if (effect.newClass !== undefined) statistics.alarms[effect.newClass] += 1;
    } else if (effect.type === 'change-backlog') {
      countChange(statistics, effect);
    }
  }
}

function countChange(
  statistics: DirectiveStatistics,
  { change, end, counts, stageSeconds }: Extract<Effect, { type: 'change-backlog' }>,
): void {
  if (end === 'timeout' || end === 'evicted') stageOf(statistics, counts.stage).timedOut += 1;
  if (stageSeconds === undefined) return;
  const stage = stageOf(statistics, change === 'ended' ? counts.stage : counts.stage - 1);
  stage.finished += 1;
  observe(stage.durations, stageSeconds);
}
