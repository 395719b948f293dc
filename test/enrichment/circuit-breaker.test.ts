import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { CircuitBreaker } from '../../enrichment/circuit-breaker.ts';

describe('a circuit breaker of three failures and 30 s', () => {
  let nowMs = 0;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    nowMs = 1_000;
    breaker = new CircuitBreaker({ failuresToOpen: 3, openMs: 30_000 }, () => nowMs);
  });

  function open(): void {
    for (const term of ['a', 'b', 'c']) breaker.failed(term);
  }

  it('opens when three terms failed in a row, and says so once', () => {
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((term) => breaker.failed(term)),
      [false, false, true, false],
    );
    assert.equal(breaker.state(), 'open');
    assert.equal(breaker.admits(), false);
  });

  it('stays closed when the same term fails again and again', () => {
    for (let times = 0; times < 10; times += 1) breaker.failed('a');
    assert.equal(breaker.state(), 'closed');
  });

  it('stays closed when a success comes between the failures', () => {
    breaker.failed('a');
    breaker.failed('b');
    assert.equal(breaker.succeeded(), false);
    breaker.failed('c');
    assert.equal(breaker.state(), 'closed');
  });

  it('admits one probe when its time is over', () => {
    open();
    nowMs += 29_999;
    assert.equal(breaker.admits(), false);
    nowMs += 1;
    assert.equal(breaker.state(), 'half-open');
    assert.deepEqual([breaker.admits(), breaker.admits()], [true, false]);
  });

  it('closes when the probe succeeds', () => {
    open();
    nowMs += 30_000;
    breaker.admits();
    assert.equal(breaker.succeeded(), true);
    assert.equal(breaker.state(), 'closed');
    assert.equal(breaker.failed('a'), false);
  });

  it('opens for as long again when the probe fails', () => {
    open();
    nowMs += 30_000;
    breaker.admits();
    assert.equal(breaker.failed('d'), true);
    nowMs += 29_999;
    assert.equal(breaker.state(), 'open');
    nowMs += 1;
    assert.equal(breaker.admits(), true);
  });
});
