import type { StoredAlarmDetail } from '../../core/alarm/alarm-view.ts';
import type { HistoryEntry } from '../schemas/alarm-detail.ts';

/** What persons did and how the backlog went on, newest first; `now` bounds when it can have ended (Unix seconds). */
export function describeHistory(stored: StoredAlarmDetail, now: number): HistoryEntry[] {
  const { history, risks } = stored;
  const actions = history.map(({ at, by, what, from, value }) => ({ at, by, what, from, value }));
  const stages = risks.map(({ stage, time, risk }) => ({
    ...engineEntry('stage', time, String(stage)),
    risk,
  }));
  const { progress } = stored;
  return [
    engineEntry('opened', openedAt(stored), ''),
    ...stages,
    ...(progress === 'running' ? [] : [engineEntry('ended', endedAt(stored, now), progress)]),
    ...actions,
  ]
    .sort((left, right) => left.at - right.at)
    .reverse();
}

function engineEntry(what: HistoryEntry['what'], at: number, value: string): HistoryEntry {
  return { at, by: '', what, from: '', value };
}

/** The event that opens a backlog finishes its first stage; where that is not known, the first line is the nearest. */
function openedAt({ alarm, risks }: StoredAlarmDetail): number {
  const [first] = risks;
  return first?.stage === 1 ? first.time : alarm.created_time;
}

/** An end has no line of its own: a completed stage and a deadline tell when it was, else the last accepted event. */
function endedAt({ alarm, progress, risks, deadline }: StoredAlarmDetail, now: number): number {
  if (progress === 'complete') return risks.at(-1)?.time ?? alarm.update_time;
  if (progress === 'timeout' && deadline > 0) return Math.min(deadline, now);
  return alarm.update_time;
}
