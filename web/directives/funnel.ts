// Backlogs that finished each stage, as the cells of a row.
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';

export interface FunnelCell {
  readonly stage: number;
  readonly finished: number;
  /** Of the largest stage's bar, 0 to 1, on a logarithmic scale. */
  readonly share: number;
  readonly isLast: boolean;
  /** Stages between the cell before and this one that are not shown. */
  readonly skipped: number;
}

const MOST_CELLS = 5;

/** How many backlogs finished each of `count` stages; stages that nothing happened in are 0. */
export function finishedByStage(
  count: number,
  stages: DirectiveStatisticsView['stages'],
): readonly number[] {
  return Array.from({ length: count }, (_, index) => stages[index]?.finished ?? 0);
}

/** A cell a stage; past five stages: the first, the three with the steepest fall, the last. */
export function funnelCells(finished: readonly number[]): FunnelCell[] {
  const largest = Math.log1p(Math.max(0, ...finished));
  let before = -1;
  return shownStages(finished).map((index) => {
    const count = finished[index] ?? 0;
    const cell = {
      stage: index + 1,
      finished: count,
      share: largest === 0 ? 0 : Math.log1p(count) / largest,
      isLast: index === finished.length - 1,
      skipped: index - before - 1,
    };
    before = index;
    return cell;
  });
}

function shownStages(finished: readonly number[]): number[] {
  const all = [...finished.keys()];
  if (all.length <= MOST_CELLS) return all;
  const last = all.length - 1;
  const steepest = all
    .slice(1, last)
    .map((index) => ({ index, fall: fallAt(finished, index) }))
    .sort((left, right) => right.fall - left.fall || left.index - right.index)
    .slice(0, MOST_CELLS - 2)
    .map(({ index }) => index);
  return [0, ...steepest.sort((left, right) => left - right), last];
}

/** How much of the stage before is lost at a stage, on the scale of the bars. */
function fallAt(finished: readonly number[], index: number): number {
  return Math.log1p(finished[index - 1] ?? 0) - Math.log1p(finished[index] ?? 0);
}
