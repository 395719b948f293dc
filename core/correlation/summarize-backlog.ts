import type { Backlog, CorrelationContext } from './backlog.ts';
import { describeProgress } from './backlog-progress.ts';

/** A live backlog in a list; times are Unix seconds. */
export interface BacklogSummary {
  readonly alarmId: string;
  readonly directiveId: number;
  readonly title: string;
  readonly risk: number;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly stage: number;
  readonly stages: number;
  readonly events: number;
  readonly needed: number;
  /** Time of the event that opened it. */
  readonly opened: number;
  /** Time of its last accepted event. */
  readonly last: number;
  readonly deadline: number;
  /** Seconds from the beginning of the stage to the deadline. */
  readonly allowed: number;
}

/** Addresses of one side that a list shows at most. */
const MOST_ADDRESSES = 16;

/** The backlog as a list shows it. */
export function summarizeBacklog(backlog: Backlog, context: CorrelationContext): BacklogSummary {
  const progress = describeProgress(backlog, context);
  const { stage, stages, events, needed, first_event, last_event, deadline } = progress;
  const started = backlog.stages[backlog.stage - 1]?.startTime ?? 0;
  return {
    alarmId: backlog.alarmId,
    directiveId: backlog.head.id,
    title: backlog.title,
    risk: backlog.risk,
    from: [...backlog.srcIps].slice(0, MOST_ADDRESSES),
    to: [...backlog.dstIps].slice(0, MOST_ADDRESSES),
    ...{ stage, stages, events, needed, opened: first_event, last: last_event, deadline },
    allowed: deadline - started,
  };
}
