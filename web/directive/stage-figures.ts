// How the backlogs of a directive fared at a stage, in words.
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';
import { formatDuration } from '../format/durations.ts';
import { formatCount, formatShare } from '../format/numbers.ts';

type StageStatistics = DirectiveStatisticsView['stages'][number];
type Durations = StageStatistics['durations'];

export interface StageFigures {
  readonly finished: number;
  /** Of those that finished stage 1, 0 to 1. */
  readonly share: number;
  /** "23 % of stage 1". */
  readonly shareText: string;
  /** "314 timed out, 2 live · median about 2 min". */
  readonly rest: string;
}

/** The figures of stage 1..n; a stage that nothing has happened in is all zero. */
export function stageFigures(
  stage: number,
  stages: readonly StageStatistics[],
  live: number,
): StageFigures {
  const own = stages[stage - 1];
  const finished = own?.finished ?? 0;
  const first = stages[0]?.finished ?? 0;
  const before = stages[stage - 2]?.finished ?? 0;
  return {
    finished,
    share: first === 0 ? 0 : finished / first,
    shareText: stage === 1 ? 'backlogs opened' : shareText(finished, before, stage - 1),
    rest: [endWords(own?.timed_out ?? 0, live), medianWords(own?.durations)]
      .filter(Boolean)
      .join(' · '),
  };
}

function shareText(finished: number, before: number, stage: number): string {
  if (before === 0) return '';
  const share = Math.round((finished / before) * 100) / 100;
  return `${formatShare(share).replace('.0', '')} of stage ${String(stage)}`;
}

function endWords(timedOut: number, live: number): string {
  const words = [];
  if (timedOut > 0) words.push(`${formatCount(timedOut)} timed out`);
  if (live > 0) words.push(`${formatCount(live)} live`);
  return words.join(', ');
}

function medianWords(durations: Durations | undefined): string {
  if (durations === undefined || durations.count === 0) return 'never finished';
  const { below, seconds } = estimateMedian(durations);
  if (seconds === null) return `median over ${formatDuration(below)}`;
  return below === 0
    ? `median under ${formatDuration(seconds)}`
    : `median about ${formatDuration(roundToTwoDigits(seconds))}`;
}

/**
 * The median within its bucket, by where it stands among those of the bucket; in the first bucket its bound, above the
 * last bound null.
 */
export function estimateMedian({ count, bounds, counts }: Durations): {
  readonly below: number;
  readonly seconds: number | null;
} {
  const half = count / 2;
  let passed = 0;
  for (const [index, bound] of bounds.entries()) {
    const inBucket = counts[index] ?? 0;
    if (inBucket > 0 && passed + inBucket >= half) {
      const below = bounds[index - 1] ?? 0;
      const seconds = below === 0 ? bound : below + ((half - passed) / inBucket) * (bound - below);
      return { below, seconds };
    }
    passed += inBucket;
  }
  return { below: bounds.at(-1) ?? 0, seconds: null };
}

function roundToTwoDigits(value: number): number {
  const digits = Math.max(1, 10 ** (Math.floor(Math.log10(value)) - 1));
  return Math.round(value / digits) * digits;
}
