// The times of an alarm that its lanes show.
import type { AlarmDetail, StageView } from '../../server/schemas/alarm-detail.ts';
import type { LaneBucket } from '../ladder/lane-marks.ts';
import type { Span } from '../ladder/lane-scale.ts';
import { timeOf } from './event-fields.ts';
import type { AlarmEvent } from './event-pages.ts';

/** From the first event to `now` while it is under way, else to its end; `times` of events that were kept are in it. */
export function spanOf(
  detail: AlarmDetail,
  times: ReadonlyMap<number, readonly number[]>,
  now: number,
): Span {
  const { first_event: first, alarm, progress, stages } = detail;
  const starts = stages.flatMap(({ started }) => started ?? []);
  const known = [...times.values()].flatMap((ascending) =>
    [ascending[0] ?? [], ascending.at(-1) ?? []].flat(),
  );
  const from = Math.min(first > 0 ? first : alarm.created_time, ...starts, ...known);
  if (progress === 'running') return { from, to: Math.max(from, now, ...known) };
  const ends = stages.flatMap(({ ended, state, started, rule }) => {
    if (state === 'timeout' && started !== null) return started + rule.timeout;
    return ended ?? [];
  });
  return { from, to: Math.max(from, detail.last_event, ...ends, ...known) };
}

/** Event times by stage, ascending. */
export function timesByStage(events: readonly AlarmEvent[]): ReadonlyMap<number, number[]> {
  const times = new Map<number, number[]>();
  for (const { stage, event } of events) {
    const at = timeOf(event);
    const known = times.get(stage);
    if (known === undefined) times.set(stage, [at]);
    else known.push(at);
  }
  for (const known of times.values()) known.sort((left, right) => left - right);
  return times;
}

/** Events of a stage that were not kept, by time. */
export function bucketsOf({ event_summary: summary }: AlarmDetail, stage: number): LaneBucket[] {
  return summary.not_kept
    .filter((bucket) => bucket.stage === stage)
    .map(({ time, count }) => ({ time, count, seconds: summary.bucket_seconds }));
}

/**
 * When a stage could take its events; null when it has no limit. It waits from the end of the stage before, and its limit
 * counts anew from its first event (SPEC §4).
 */
export function allowedTime(
  { started, rule, deadline }: StageView,
  began: number | null,
): Span | null {
  if (started === null || rule.stage === 1 || rule.timeout === 0) return null;
  return { from: began ?? started, to: Math.max(started + rule.timeout, deadline ?? 0) };
}
