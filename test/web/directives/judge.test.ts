import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findSilence,
  isMostlyFalse,
  neverCompletes,
  SILENT_SECONDS,
} from '../../../web/directives/judge.ts';
import { createEntry, createStage } from '../../support/directive-entries.ts';

const NOW = 10_000_000;
const LONG_AGO = NOW - SILENT_SECONDS;

describe('silence', () => {
  it('is that of a directive without an event ever', () => {
    assert.deepEqual(findSilence(createEntry({}), NOW), { kind: 'directive', since: null });
  });

  it('is that of a directive whose last event is a week old', () => {
    const heard = createEntry({ statistics: { last_event: LONG_AGO + 1 } });
    const silent = createEntry({ statistics: { last_event: LONG_AGO } });
    assert.equal(findSilence(heard, NOW), null);
    assert.deepEqual(findSilence(silent, NOW), { kind: 'directive', since: LONG_AGO });
  });

  it('is that of a stage that is waited for, while the directive has events', () => {
    const stages = [
      createStage(1, { finished: 4, last_event: NOW }),
      createStage(2, { finished: 1, last_event: LONG_AGO }),
    ];
    const entry = createEntry({ statistics: { since: 5, last_event: NOW, stages } });
    assert.deepEqual(findSilence(entry, NOW), { kind: 'stage', stage: 2, since: LONG_AGO });
  });

  it('is told of a stage that never had an event only after a week of counting', () => {
    const stages = [createStage(1, { finished: 4, last_event: NOW })];
    const since = (at: number): ReturnType<typeof findSilence> =>
      findSilence(createEntry({ statistics: { since: at, last_event: NOW, stages } }), NOW);
    assert.equal(since(LONG_AGO + 1), null);
    assert.deepEqual(since(LONG_AGO), { kind: 'stage', stage: 2, since: null });
  });

  it('is nothing to tell of a directive that is off', () => {
    assert.equal(findSilence(createEntry({ row: { enabled: false } }), NOW), null);
  });
});

describe('the other questions', () => {
  it('finds a directive mostly false from half of its alarms on', () => {
    const of = (falsePositive: number): boolean =>
      isMostlyFalse(createEntry({ alarms: { high: 1, low: 3, falsePositive } }));
    assert.deepEqual([of(1), of(2), of(4)], [false, true, true]);
    assert.equal(isMostlyFalse(createEntry({})), false);
  });

  it('finds one that never completes once a backlog has timed out and none got through', () => {
    const of = (timedOut: number, finished: number): boolean => {
      const stages = [
        createStage(1, { finished: 9 }),
        createStage(2, { timed_out: timedOut }),
        createStage(3, { finished }),
      ];
      return neverCompletes(createEntry({ statistics: { stages } }));
    };
    assert.deepEqual([of(0, 0), of(2, 0), of(2, 1)], [false, true, false]);
  });
});
