import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHistogram, observe } from '../../core/ledger/histogram.ts';
import { SampleRing, type Sample } from '../../core/ledger/sample-ring.ts';

function createSample(events: number, changes: Partial<Sample> = {}): Sample {
  return {
    ...{ events_per_second: events, refused_per_second: 0, queue: 0, backlogs: 0 },
    ...{ alarms_low: 0, alarms_medium: 0, alarms_high: 0, ...changes },
  };
}

const ALL = { since: 0, until: Number.MAX_SAFE_INTEGER };

describe('the ring of samples', () => {
  it('gives them as columns, the oldest first', () => {
    const ring = new SampleRing(3);
    ring.add(10, createSample(1, { queue: 4 }));
    ring.add(20, createSample(2, { alarms_high: 5 }));
    const series = ring.read({ ...ALL, step: 10 });
    assert.deepEqual([series.step, series.times], [10, [10, 20]]);
    assert.deepEqual(series.events_per_second, [1, 2]);
    assert.deepEqual(
      [series.queue, series.alarms_high],
      [
        [4, 0],
        [0, 5],
      ],
    );
  });

  it('forgets the oldest when it is full', () => {
    const ring = new SampleRing(3);
    for (const time of [10, 20, 30, 40]) ring.add(time, createSample(time));
    assert.deepEqual(ring.read({ ...ALL, step: 10 }).times, [20, 30, 40]);
  });

  it('gives those after one time and not after another', () => {
    const ring = new SampleRing();
    for (const time of [10, 20, 30, 40]) ring.add(time, createSample(time));
    assert.deepEqual(ring.read({ since: 10, until: 30, step: 10 }).times, [20, 30]);
  });

  it('makes samples one: alarms are added up, the rest is averaged', () => {
    const ring = new SampleRing();
    for (const [index, time] of [31, 41, 51, 61].entries()) {
      ring.add(time, createSample(index, { alarms_low: 1 }));
    }
    const series = ring.read({ ...ALL, step: 30 });
    assert.deepEqual(series.times, [60, 90]);
    assert.deepEqual(
      [series.events_per_second, series.alarms_low],
      [
        [1, 3],
        [3, 1],
      ],
    );
  });

  it('holds a day', () => {
    const ring = new SampleRing();
    for (let time = 10; time <= 100_000; time += 10) ring.add(time, createSample(0));
    assert.equal(ring.read({ ...ALL, step: 10 }).times.length, 8_640);
  });
});

describe('a histogram', () => {
  it('counts a value in the range whose bound it does not exceed', () => {
    const histogram = createHistogram([1, 10]);
    for (const value of [0, 1, 1.5, 10, 11]) observe(histogram, value);
    assert.deepEqual([histogram.counts, histogram.count, histogram.sum], [[2, 2, 1], 5, 23.5]);
  });

  it('takes several of one value at once', () => {
    const histogram = createHistogram([1]);
    observe(histogram, 2, 100);
    assert.deepEqual([histogram.counts, histogram.count, histogram.sum], [[0, 100], 100, 200]);
  });
});
