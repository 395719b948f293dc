// The store's folder is on a file system that fills up: nobody else is harmed, and what was lost comes back from the file.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { makeAlarmState } from '../support/alarm-states.ts';
import { makeStorePlace, openStore } from '../support/file-store-bed.ts';
import { makeNormalizedEvents } from '../support/normalized-events.ts';
import { mountSmallDisk, skipWithoutMount } from '../support/small-disk.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('a full disk', { skip: skipWithoutMount() }, () => {
  it('is told, does not stop the answers, and everything is written when space returns', async (t) => {
    const disk = mountSmallDisk(4096);
    assert.ok(disk !== undefined);
    t.after(() => {
      disk.unmount();
    });
    const place = makeStorePlace({ folder: join(disk.folder, 'alarm-store') });
    const store = await openStore(place);
    await put(store, place.options.alarmFile, 0);
    await waitUntil(() => store.figures().written === 1, 'the first alarm on disk');
    disk.fill();
    for (let number = 1; number < 40; number += 1)
      await put(store, place.options.alarmFile, number);
    await waitUntil(() => store.figures().failure !== undefined, 'the failure');
    assert.match(String(store.figures().failure), /full|ENOSPC/);
    const page = await store.list({ filter: {}, sort: { by: 'last', descending: true }, limit: 1 });
    assert.equal(page.total, 40);
    assert.ok(place.captured.find('the alarm store fails, it is tried again').length >= 1);
    disk.free();
    await waitUntil(() => store.figures().failure === undefined, 'the recovery');
    await waitUntil(() => store.figures().written === 40, 'all alarms on disk');
    await store.close();
    const again = await openStore(makeStorePlace({ folder: place.options.folder }, place.logDir));
    const all = await again.list({ filter: {}, sort: { by: 'last', descending: true }, limit: 1 });
    assert.equal(all.total, 40);
    await again.close();
  });
});

async function put(store: AlarmStore, alarmFile: string, number: number): Promise<void> {
  const alarm_id = `alarm-${String(number)}`;
  const state = makeAlarmState({ alarm: { alarm_id, title: 'long '.repeat(1000) } });
  appendFileSync(alarmFile, `${JSON.stringify(state.alarm)}\n`);
  await store.apply([
    { sequence: number + 1, change: { type: 'alarm', state } },
    {
      sequence: number + 2,
      change: { type: 'events', alarmId: alarm_id, stage: 1, events: makeNormalizedEvents(100) },
    },
  ]);
}
