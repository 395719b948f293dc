import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { START } from '../support/correlation-bed.ts';
import { createEngineBed } from '../support/engine-bed.ts';
import { createThreeStages } from '../support/telemetry-bed.ts';

function createBed(): {
  readonly bed: ReturnType<typeof createEngineBed>;
  readonly statistics: ReturnType<typeof createEngineStatistics>;
} {
  const statistics = createEngineStatistics();
  return { bed: createEngineBed([createThreeStages()], { statistics }), statistics };
}

describe('the statistics of a directive', () => {
  it('count events, matches and time for it, and what each stage took', async () => {
    const { bed, statistics } = createBed();
    await bed.post({ at: 0 });
    await bed.settled();
    await bed.post(
      { at: 10, plugin_sid: 2 },
      { at: 20, plugin_sid: 2 },
      { at: 20, plugin_sid: 3, src_ip: '10.9.9.9' },
    );
    await bed.settled();
    await bed.post({ at: 50, plugin_sid: 3 });
    await bed.settled();
    const found = statistics.directives.find(1);
    assert.ok(found !== undefined);
    assert.deepEqual([found.since, found.events, found.matches], [START, 5, 4]);
    assert.equal(found.lastEvent, START + 50);
    assert.ok(found.workMs > 0 && found.workMs < 1_000);
    assert.deepEqual(
      found.stages.map(({ events, finished, timedOut, lastEvent }) => ({
        ...{ events, finished, timedOut, lastEvent: lastEvent - START },
      })),
      [
        { events: 1, finished: 1, timedOut: 0, lastEvent: 0 },
        { events: 2, finished: 1, timedOut: 0, lastEvent: 10 },
        { events: 1, finished: 1, timedOut: 0, lastEvent: 50 },
      ],
    );
    assert.deepEqual(
      found.stages.map(({ durations }) => durations.sum),
      [0, 20, 30],
    );
    assert.deepEqual(found.stages[1]?.durations.counts, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('count a time-out at the stage where it happened', async () => {
    const { bed, statistics } = createBed();
    await bed.post({ at: 0 });
    await bed.settled();
    bed.tick(200);
    await bed.settled();
    const stages = statistics.directives.find(1)?.stages;
    assert.deepEqual(
      stages?.map(({ finished, timedOut }) => [finished, timedOut]),
      [
        [1, 0],
        [0, 1],
      ],
    );
  });

  it('count an alarm in each class that it comes to, once', async () => {
    const { bed, statistics } = createBed();
    await bed.post({ at: 0 });
    await bed.post({ at: 1, plugin_sid: 2 }, { at: 2, plugin_sid: 2 });
    await bed.post({ at: 3, plugin_sid: 3 });
    await bed.settled();
    assert.deepEqual(
      bed.alarms().map(({ risk_class: riskClass }) => riskClass),
      ['Medium', 'Medium', 'High'],
    );
    const expected = { Low: 0, Medium: 1, High: 1 };
    assert.deepEqual(statistics.alarms, expected);
    assert.deepEqual(statistics.directives.find(1)?.alarms, expected);
    assert.equal(statistics.alarmsRaised, 1);
  });

  it('begin with the first event, so that thousands of quiet directives cost nothing', async () => {
    const { bed, statistics } = createBed();
    await bed.post({ plugin_sid: 99 });
    await bed.settled();
    assert.equal(statistics.directives.size, 0);
  });

  it('begin anew under another name', () => {
    const { directives } = createEngineStatistics();
    directives.of(1, 'one', 5).events = 7;
    assert.equal(directives.of(1, 'one', 6).events, 7);
    assert.deepEqual([directives.of(1, 'two', 8).events, directives.of(1, 'two', 9).since], [0, 8]);
  });

  it('have the time of every event from its receipt to its lines', async () => {
    const { bed, statistics } = createBed();
    await bed.post({ at: 0 }, { at: 1, plugin_sid: 99 });
    await bed.post({ at: 2 });
    await bed.settled();
    const { eventMs } = statistics;
    assert.equal(eventMs.count, 3);
    assert.equal(eventMs.count, bed.counters.eventsSettled);
    assert.ok(Math.abs(eventMs.sum - bed.counters.settledMs) < 1e-6);
  });
});
