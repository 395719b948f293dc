import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { estimateMedian, stageFigures } from '../../../web/directive/stage-figures.ts';
import { createStage } from '../../support/directive-entries.ts';

const bounds = [1, 60, 3600];

describe('the figures of a stage', () => {
  it('tell share, ends and median as they are read', () => {
    const durations = { count: 31, sum: 0, bounds, counts: [0, 0, 31, 0] };
    const stages = [
      createStage(1, { finished: 412 }),
      createStage(2, { finished: 96, timed_out: 1_314, durations }),
    ];
    const { finished, shareText, rest, share } = stageFigures(2, stages, 2);
    assert.deepEqual([finished, shareText], [96, '23\u00a0% of stage 1']);
    assert.equal(rest, '1,314 timed out, 2 live · median about 30\u00a0min');
    assert.equal(share, 96 / 412);
  });

  it('tell that a stage was never finished', () => {
    assert.equal(stageFigures(2, [createStage(1, { finished: 3 })], 0).rest, 'never finished');
    assert.equal(stageFigures(3, [], 0).shareText, '');
  });

  const medians: readonly [counts: readonly number[], median: ReturnType<typeof estimateMedian>][] =
    [
      [[4, 1, 0, 0], { below: 0, seconds: 1 }],
      [[0, 4, 0, 0], { below: 1, seconds: 30.5 }],
      [[1, 0, 0, 3], { below: 3600, seconds: null }],
    ];
  for (const [counts, median] of medians) {
    it(`estimate the median of ${counts.join(', ')} within its bucket`, () => {
      const count = counts.reduce((sum, one) => sum + one, 0);
      const durations = { count, sum: 0, bounds, counts: [...counts] };
      assert.deepEqual(estimateMedian(durations), median);
    });
  }
});
