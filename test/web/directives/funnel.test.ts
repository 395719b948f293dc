import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { finishedByStage, funnelCells } from '../../../web/directives/funnel.ts';
import { createStage } from '../../support/directive-entries.ts';

describe('the funnel of a directive', () => {
  it('has a cell for each stage, also those that nothing happened in', () => {
    const finished = finishedByStage(3, [createStage(1, { finished: 7 })]);
    assert.deepEqual(finished, [7, 0, 0]);
    const cells = funnelCells(finished);
    assert.deepEqual(
      cells.map(({ stage, share, isLast }) => ({ stage, share, isLast })),
      [
        { stage: 1, share: 1, isLast: false },
        { stage: 2, share: 0, isLast: false },
        { stage: 3, share: 0, isLast: true },
      ],
    );
  });

  it('measures on a logarithmic scale', () => {
    const [, second] = funnelCells([9_999, 99]);
    assert.equal(second?.share, 0.5);
  });

  it('shows of more than five stages the first, the three steepest and the last', () => {
    const cells = funnelCells([1000, 1000, 500, 500, 50, 50, 5, 5]);
    assert.deepEqual(
      cells.map(({ stage, skipped }) => [stage, skipped]),
      [
        [1, 0],
        [3, 1],
        [5, 1],
        [7, 1],
        [8, 0],
      ],
    );
  });
});
