import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEpsLimiter, type EpsLimiter } from '../../server/eps-limiter.ts';

function limiterOf(minEps: number, maxEps: number): EpsLimiter {
  const limiter = createEpsLimiter({ minEps, maxEps }, 0);
  assert.ok(limiter !== undefined);
  return limiter;
}

describe('createEpsLimiter', () => {
  it('makes no limiter when either bound is 0', () => {
    assert.equal(createEpsLimiter({ minEps: 0, maxEps: 1000 }, 0), undefined);
    assert.equal(createEpsLimiter({ minEps: 100, maxEps: 0 }, 0), undefined);
  });

  it('starts in the middle and holds one second of events', () => {
    const limiter = limiterOf(100, 1000);
    assert.equal(limiter.limit, 550);
    for (let event = 0; event < 550; event += 1) assert.equal(limiter.take(1, 0), 0);
    assert.equal(limiter.take(1, 0), 1);
  });

  it('fills again with time, to one second of events at most', () => {
    const limiter = limiterOf(100, 100);
    assert.equal(limiter.take(100, 0), 0);
    assert.equal(limiter.take(1, 9), 1);
    assert.equal(limiter.take(1, 10), 0);
    assert.equal(limiter.take(100, 60_000), 0);
    assert.equal(limiter.take(1, 60_000), 1);
  });

  it('admits a request larger than the bucket and then waits until the debt is paid', () => {
    const limiter = limiterOf(100, 100);
    assert.equal(limiter.take(1100, 0), 0);
    assert.equal(limiter.take(1, 0), 11);
    assert.equal(limiter.take(1, 10_000), 1);
    assert.equal(limiter.take(1, 10_010), 0);
  });

  it('takes back what the engine refused', () => {
    const limiter = limiterOf(100, 100);
    assert.equal(limiter.take(1000, 0), 0);
    limiter.giveBack(1000);
    assert.equal(limiter.take(1, 0), 0);
  });

  it('falls by a tenth of the span while overloaded and rises by a hundredth otherwise, within the bounds', () => {
    const limiter = limiterOf(100, 1000);
    limiter.adjust(false, 0);
    assert.equal(limiter.limit, 559);
    limiter.adjust(true, 5000);
    assert.equal(limiter.limit, 469);
    for (let step = 0; step < 10; step += 1) limiter.adjust(true, 10_000);
    assert.equal(limiter.limit, 100);
    for (let step = 0; step < 101; step += 1) limiter.adjust(false, 15_000);
    assert.equal(limiter.limit, 1000);
  });

  it('moves in small spans too', () => {
    const limiter = limiterOf(1, 3);
    limiter.adjust(true, 0);
    assert.ok(limiter.limit < 2 && limiter.limit > 1.7);
  });

  it('never admits more than one second of events, one request and the rate over the time', () => {
    const request = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 500 }));
    fc.assert(
      fc.property(fc.array(request, { maxLength: 200 }), (requests) => {
        const limiter = limiterOf(100, 100);
        let admitted = 0;
        let nowMs = 0;
        for (const [events, waitMs] of requests) {
          nowMs += waitMs;
          if (limiter.take(events, nowMs) === 0) admitted += events;
        }
        assert.ok(admitted <= 100 + 300 + nowMs / 10);
      }),
    );
  });
});
