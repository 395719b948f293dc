import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';

const WORDS = {
  running: 'under way',
  complete: 'complete',
  timeout: 'timed out',
  stopped: 'stopped',
  interrupted: 'interrupted',
} as const;

/** `4 of 5 stages, under way`, `all 3 stages`. */
export function progressWords({
  progress,
  stages,
}: Pick<AlarmDetail, 'progress' | 'stages'>): string {
  const finished = stages.filter(({ state }) => state === 'finished').length;
  const total = stages.length;
  if (progress === 'complete') return total === 1 ? 'complete' : `all ${String(total)} stages`;
  return `${String(finished)} of ${String(total)} stages, ${WORDS[progress]}`;
}
