import { expireIfDue, offerEvent, type Input } from './advance.ts';
import { describeProgress } from './backlog-progress.ts';
import { deadlineOf, type Backlog, type CorrelationContext } from './backlog.ts';
import type { Effect } from './effect.ts';

/** Where a backlog stands after what it was asked to do. */
export interface Standing {
  readonly ended: boolean;
  /** See `deadlineOf`. */
  readonly deadline: number;
  readonly stage: number;
  /** Distinct events counted in the current stage. */
  readonly counted: number;
  /** Times of the first and the last accepted event, Unix seconds. */
  readonly opened: number;
  readonly last: number;
}

/** What a backlog did with a batch; positions are indexes of the batch. */
export interface OfferReport {
  readonly consumed: readonly number[];
  /** Out of order. */
  readonly discarded: readonly number[];
  /** Threw, which costs that event in this directive only. */
  readonly failed: readonly { readonly position: number; readonly error: unknown }[];
  readonly effects: readonly Effect[];
  readonly standing: Standing;
}

/** Offers consecutive inputs to one backlog, each in its own try (DESIGN §3). */
export function offerInputs(
  backlog: Backlog,
  inputs: readonly Input[],
  context: CorrelationContext,
): OfferReport {
  const consumed: number[] = [];
  const discarded: number[] = [];
  const failed: { position: number; error: unknown }[] = [];
  const effects: Effect[] = [];
  for (const [position, input] of inputs.entries()) {
    try {
      const verdict = offerEvent(backlog, input, context, effects);
      if (verdict === 'consumed') consumed.push(position);
      else if (verdict === 'discarded') discarded.push(position);
      if (backlog.end !== undefined) break;
    } catch (error) {
      failed.push({ position, error });
    }
  }
  if (consumed.length > 0) countEvents(backlog, context, effects);
  return { consumed, discarded, failed, effects, standing: standingOf(backlog, context) };
}

/** Tells of events that a live backlog accepted, when it has an alarm that shows them. */
export function countEvents(
  backlog: Backlog,
  context: CorrelationContext,
  effects: Effect[],
): void {
  if (backlog.risk < 1 || backlog.end !== undefined) return;
  const counts = describeProgress(backlog, context);
  effects.push({ type: 'count-events', alarmId: backlog.alarmId, counts });
}

/** Ends the backlog if its deadline has passed at `now`. */
export function expire(
  backlog: Backlog,
  now: number,
  context: CorrelationContext,
): { readonly effects: readonly Effect[]; readonly standing: Standing } {
  const effects: Effect[] = [];
  expireIfDue(backlog, now, context, effects);
  return { effects, standing: standingOf(backlog, context) };
}

/** Where the backlog stands now. */
export function standingOf(backlog: Backlog, context: CorrelationContext): Standing {
  return {
    ended: backlog.end !== undefined,
    deadline: deadlineOf(backlog, context),
    stage: backlog.stage,
    counted: backlog.stages[backlog.stage - 1]?.eventIds?.size ?? 0,
    opened: backlog.firstEventTime,
    last: backlog.lastEventTime,
  };
}
