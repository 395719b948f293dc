import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReadiness, type LifePhase } from '../../app/readiness.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';

const RELOAD: ReloadView = {
  ...{ at: 0, reason: 'start', by: '', took_ms: 0, ok: true, faults: [], warnings: 0 },
  directives: { added: [], changed: [], removed: [], renamed: [], unchanged: 1 },
  ...{ files: { added: [], changed: [], removed: [] }, backlogs_set_aside: 0 },
};

describe('createReadiness', () => {
  const world = { phase: 'running', inFlight: 0, lagMs: 0, nowMs: 0, reload: RELOAD };
  const state: Omit<typeof world, 'phase'> & { phase: LifePhase } = { ...world, phase: 'running' };
  const readiness = createReadiness({
    phase: () => state.phase,
    eventsInFlight: () => state.inFlight,
    maxQueue: 10,
    alarmFiles: [{ name: 'siem_alarms.json', flushLagMs: () => state.lagMs }],
    lastReload: () => state.reload,
    monotonicMs: () => state.nowMs,
  });
  const codes = (): string[] => readiness.report().reasons.map(({ code }) => code);

  it('is ready while it runs, and says why not before and after', () => {
    assert.deepEqual(codes(), []);
    for (const phase of ['starting', 'stopping'] as const) {
      state.phase = phase;
      assert.deepEqual(codes(), [phase]);
    }
    state.phase = 'running';
  });

  it('is not ready while a file of alarms fails for long', () => {
    state.lagMs = 6000;
    assert.deepEqual(codes(), ['alarm_file']);
    state.lagMs = 100;
    assert.deepEqual(codes(), []);
  });

  it('is not ready once the queue has been full without a break', () => {
    state.inFlight = 10;
    readiness.sample();
    state.nowMs += 4000;
    assert.deepEqual(codes(), []);
    state.nowMs += 2000;
    assert.deepEqual(codes(), ['queue_full']);
    state.inFlight = 9;
    readiness.sample();
    state.inFlight = 10;
    assert.deepEqual(codes(), []);
    state.inFlight = 0;
  });

  it('stays ready on the old configuration when the new one is at fault, and notes it', () => {
    state.reload = { ...RELOAD, ok: false };
    const { ready, notes } = readiness.report();
    assert.deepEqual([ready, notes.map(({ code }) => code)], [true, ['configuration_invalid']]);
  });
});
