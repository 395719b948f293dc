import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRangeList } from '../../cluster/number-ranges.ts';
import { createNumberTrack } from '../../cluster/number-track.ts';

describe('the numbers of a frontend', () => {
  it('are missed only after a wait, and once', () => {
    const track = createNumberTrack(1, 100);
    assert.equal(track.take(1, 10, 0), 'new');
    assert.equal(track.take(16, 5, 10), 'new');
    assert.deepEqual([track.next, track.waiting, track.giveUp(109)], [21, 5, 0]);
    assert.deepEqual([track.giveUp(110), track.giveUp(1000)], [5, 0]);
  });

  it('are not missed when they come late', () => {
    const track = createNumberTrack(1, 100);
    track.take(11, 10, 0);
    assert.deepEqual([track.take(4, 3, 50), track.take(1, 3, 60)], ['new', 'new']);
    assert.equal(track.giveUp(100), 4);
    assert.equal(track.take(7, 4, 101), 'seen');
  });

  it('are known when they come again', () => {
    const track = createNumberTrack(1, 100);
    track.take(1, 10, 0);
    assert.deepEqual([track.take(1, 10, 0), track.take(11, 1, 0)], ['seen', 'new']);
  });

  it('are missed when the frontend says that it gave them out', () => {
    const track = createNumberTrack(1, 100);
    track.take(1, 10, 0);
    track.expect(11, 0);
    track.expect(14, 0);
    assert.equal(track.giveUp(100), 3);
  });

  it('are not missed when they were given out for nothing', () => {
    const track = createNumberTrack(1, 100);
    track.expect(11, 0);
    track.forgive(3, 5);
    track.forgive(9, 20);
    assert.deepEqual([track.waiting, track.take(5, 2, 0), track.giveUp(100)], [6, 'new', 4]);
  });

  it('are each taken or missed once, in whatever order messages come', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (counts, choices) => {
        const messages: { first: number; count: number }[] = [];
        let next = 1;
        for (const count of counts) {
          messages.push({ first: next, count });
          next += count;
        }
        const track = createNumberTrack(1, 1);
        let taken = 0;
        let sent = 0;
        for (const choice of choices) {
          const message = messages[choice % messages.length];
          if (message === undefined || sent === 30) break;
          sent += 1;
          if (track.take(message.first, message.count, 0) === 'new') taken += message.count;
        }
        track.expect(next, 0);
        assert.equal(taken + track.giveUp(1), next - 1);
      }),
    );
  });
});

describe('a list of ranges', () => {
  it('is the set of its numbers', () => {
    const range = fc.record({ first: fc.nat(30), length: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(range), fc.nat(30), fc.nat(40), (added, below, end) => {
        const list = createRangeList();
        const numbers = new Set<number>();
        for (const { first, length } of added) {
          list.add({ first, end: first + length });
          for (let number = first; number < first + length; number += 1) numbers.add(number);
        }
        list.forgetBelow(below);
        const kept = [...numbers].filter((number) => number >= below);
        const wanted = Math.max(0, end - 5);
        assert.equal(
          list.missingOf({ first: 5, end }),
          wanted - kept.filter((number) => number >= 5 && number < end).length,
        );
      }),
    );
  });

  it('forgets the oldest of too many', () => {
    const list = createRangeList(2);
    for (const first of [1, 3, 5]) list.add({ first, end: first + 1 });
    assert.deepEqual(list.ranges(), [
      { first: 3, end: 4 },
      { first: 5, end: 6 },
    ]);
  });
});
