import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Progress } from '../../core/alarm/alarm-state.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import { makeAlarmState, makeBacklogChange } from '../support/alarm-states.ts';
import { describeAlarmStore } from './alarm-store-contract.ts';
import { describeAlarmWork } from './alarm-work-contract.ts';

const trial = { open: () => Promise.resolve(createMemoryAlarmStore()) };
describeAlarmStore('the memory store', trial);
describeAlarmWork('the memory store', trial);

async function put(store: AlarmStore, id: string, progress: Progress = 'running'): Promise<void> {
  const state = makeAlarmState({ alarm: { alarm_id: id }, progress });
  await store.apply([{ sequence: 1, change: { type: 'alarm', state } }]);
}

async function idsOf(store: AlarmStore): Promise<string[]> {
  return (await store.snapshot(100)).alarms.map(({ alarm }) => alarm.alarm_id).sort();
}

describe('the bound of the memory store', () => {
  it('lets the alarm go that ended first, although others are older', async () => {
    const store = createMemoryAlarmStore(3);
    await put(store, 'running');
    await put(store, 'ended late', 'complete');
    await put(store, 'ended early', 'timeout');
    await put(store, 'ended late', 'complete');
    await put(store, 'new');
    assert.deepEqual(await idsOf(store), ['ended late', 'new', 'running']);
  });

  it('counts an alarm as ended when its backlog ended without a line', async () => {
    const store = createMemoryAlarmStore(2);
    await put(store, 'a');
    await put(store, 'b');
    const change = makeBacklogChange({ change: 'ended', alarmId: 'b', progress: 'stopped' });
    await store.apply([{ sequence: 2, change }]);
    await put(store, 'c');
    assert.deepEqual(await idsOf(store), ['a', 'c']);
  });

  it('lets the longest unchanged one go when none has ended', async () => {
    const store = createMemoryAlarmStore(2);
    await put(store, 'a');
    await put(store, 'b');
    await put(store, 'a');
    await put(store, 'c');
    assert.deepEqual(await idsOf(store), ['a', 'c']);
  });
});
