import type { EventBucket } from '../../core/alarm/alarm-view.ts';
import type { EventTrail } from './event-trail.ts';

/** The buckets of all events without those that are kept. */
export function bucketsNotKept(
  trail: EventTrail,
  kept: readonly { readonly stage: number; readonly time: number }[],
): EventBucket[] {
  const left = trail.buckets().map((bucket) => ({ ...bucket }));
  const byKey = new Map(
    left.map((bucket) => [`${String(bucket.time)} ${String(bucket.stage)}`, bucket]),
  );
  for (const { stage, time } of kept) {
    const start = Math.floor(time / trail.bucketSeconds) * trail.bucketSeconds;
    const bucket = byKey.get(`${String(start)} ${String(stage)}`);
    if (bucket !== undefined) bucket.count -= 1;
  }
  return left.filter(({ count }) => count > 0);
}
