import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countInDay, createDayCount, sumOfDay } from '../../../core/ledger/day-count.ts';

const HOUR = 3600;
const START = 500_000 * HOUR;

describe('the count of a day', () => {
  it('is 0 until something was counted', () => {
    assert.equal(sumOfDay(createDayCount(), START), 0);
  });

  it('forgets an hour when 24 hours have begun since', () => {
    const day = createDayCount();
    countInDay(day, 5, START);
    countInDay(day, 7, START + HOUR);
    assert.equal(sumOfDay(day, START + 23 * HOUR + 3599), 12);
    assert.equal(sumOfDay(day, START + 24 * HOUR), 7);
    assert.equal(sumOfDay(day, START + 25 * HOUR), 0);
  });

  it('counts what comes late for the newest hour', () => {
    const day = createDayCount();
    countInDay(day, 1, START + 5 * HOUR);
    countInDay(day, 1, START);
    assert.equal(sumOfDay(day, START + 5 * HOUR), 2);
  });

  it('is the sum of the last 24 hours, whatever came before', () => {
    const entry = fc.record({ gap: fc.nat(40 * HOUR), count: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.nat(30 * HOUR), (entries, rest) => {
        const day = createDayCount();
        let now = START;
        const counted = entries.map(({ gap, count }) => {
          now += gap;
          countInDay(day, count, now);
          return { hour: Math.floor(now / HOUR), count };
        });
        now += rest;
        const oldest = Math.floor(now / HOUR) - 23;
        const expected = counted
          .filter(({ hour }) => hour >= oldest)
          .reduce((sum, { count }) => sum + count, 0);
        assert.equal(sumOfDay(day, now), expected);
      }),
    );
  });
});
