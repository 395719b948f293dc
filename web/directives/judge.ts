// What the tabs ask of a directive, and what its note says.
import { falseShare, type DirectiveEntry } from './entry.ts';

const DAY = 86_400;
/** Without an event for so long a directive, or a stage of one that has events, is silent. */
export const SILENT_SECONDS = 7 * DAY;
/** From this share on alarms are mostly false. */
export const MOSTLY_FALSE = 0.5;

/** Why nobody hears of a directive; times are Unix seconds, null for never. */
export type Silence =
  | { readonly kind: 'directive'; readonly since: number | null }
  | { readonly kind: 'stage'; readonly stage: number; readonly since: number | null };

/** The silence of a directive that is on; null when it is heard, or has not been watched for long enough to tell. */
export function findSilence({ row, statistics }: DirectiveEntry, now: number): Silence | null {
  if (!row.enabled) return null;
  if (statistics?.last_event == null) return { kind: 'directive', since: null };
  const isOld = (time: number): boolean => now - time >= SILENT_SECONDS;
  if (isOld(statistics.last_event)) return { kind: 'directive', since: statistics.last_event };
  for (const { stage, finished } of statistics.stages) {
    if (finished === 0 || stage >= row.stages) continue;
    const last = statistics.stages[stage]?.last_event ?? null;
    // A stage is waited for from the day on which the one before it was finished, which is after `since`.
    if (isOld(last ?? statistics.since)) return { kind: 'stage', stage: stage + 1, since: last };
  }
  return null;
}

/** Whether at least half of its alarms were tagged False Positive. */
export function isMostlyFalse({ alarms }: DirectiveEntry): boolean {
  return (falseShare(alarms) ?? 0) >= MOSTLY_FALSE;
}

/** Whether backlogs ended in it by time-out and none has finished its last stage. */
export function neverCompletes({ row, statistics }: DirectiveEntry): boolean {
  if (statistics === null) return false;
  const hasEnded = statistics.stages.some(({ timed_out: timedOut }) => timedOut > 0);
  return hasEnded && (statistics.stages[row.stages - 1]?.finished ?? 0) === 0;
}

/** Whether no event reaches it, by hand or by its file. */
export function isOff({ row }: DirectiveEntry): boolean {
  return !row.enabled;
}
