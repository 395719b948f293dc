import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { EngineChange } from '../../core/alarm/alarm-state.ts';
import type { NormalizedEvent } from '../../core/event/normalized-event.ts';
import { writeWireEvent } from '../../core/event/wire-event.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { makeAlarmState, makeBacklogChange } from '../support/alarm-states.ts';
import { makeStorePlace, openThreadlessStore, type StorePlace } from '../support/file-store-bed.ts';
import { makeNormalizedEvent, makeNormalizedEvents } from '../support/normalized-events.ts';

const ID = 'alarm-001';
const FIRST = 1_795_593_600;
let sequence = 0;

describe('kept events', () => {
  it('are there with every key of the wire, those before the first line too', async () => {
    const store = openThreadlessStore(makeStorePlace());
    const strange = makeNormalizedEvent({
      eventId: 'a "b" \\ \u0001 ü 😀',
      timestamp: '2026-11-25 10:00:00.5+02:00',
      customData1: 'c:\\temp',
      carrier: { traceparent: '00-x' },
    });
    await tell(store, accepted([strange]));
    await tell(store, alarmLine(), accepted([makeNormalizedEvent({ eventId: 'second' })], 2));
    const { events, next } = await store.events({ alarmId: ID, limit: 10 });
    assert.deepEqual(
      events.map(({ place, stage }) => [place, stage]),
      [
        [2, 2],
        [1, 1],
      ],
    );
    assert.equal(next, undefined);
    const wire: unknown = JSON.parse(writeWireEvent(strange));
    assert.deepEqual(events[1]?.event, wire);
    assert.ok(typeof wire === 'object' && wire !== null);
    assert.deepEqual(Object.keys(events[1]?.event ?? {}), Object.keys(wire));
    await store.close();
  });

  it('are the first and the last 500, in one batch or in many, with counts of the others by time', async () => {
    const all = makeNormalizedEvents(1200);
    for (const parcel of [1200, 700, 7, 1]) {
      const store = openThreadlessStore(makeStorePlace());
      await tell(store, alarmLine());
      for (let at = 0; at < all.length; at += parcel) {
        await tell(store, accepted(all.slice(at, at + parcel)));
        if (parcel > 1) await store.find([]);
      }
      const found = await store.get(ID);
      const summary = found?.event_summary;
      assert.deepEqual([summary?.total, summary?.kept, summary?.recorded], [1200, 1000, true]);
      assert.deepEqual(summary?.stages, [{ stage: 1, total: 1200, kept: 1000 }]);
      const left = new Map<number, number>();
      for (let index = 500; index < 700; index += 1) {
        const time = Math.floor((FIRST + index) / 60) * 60;
        left.set(time, (left.get(time) ?? 0) + 1);
      }
      const expected = [...left].map(([time, count]) => ({ time, stage: 1, count }));
      assert.deepEqual(summary.not_kept, expected, `parcels of ${String(parcel)}`);
      const places = await readPlaces(store);
      assert.deepEqual(places, [...range(1200, 701), ...range(500, 1)]);
      await store.close();
    }
  });

  it('come in pages by stage and time', async () => {
    const store = openThreadlessStore(makeStorePlace());
    const all = makeNormalizedEvents(20);
    await tell(store, alarmLine(), accepted(all.slice(0, 10)), accepted(all.slice(10), 2));
    const second = await store.events({ alarmId: ID, stage: 2, limit: 4 });
    assert.deepEqual(
      second.events.map(({ place }) => place),
      [20, 19, 18, 17],
    );
    assert.equal(second.next, 17);
    const third = await store.events({ alarmId: ID, stage: 2, before: 17, limit: 100 });
    assert.deepEqual(
      third.events.map(({ place }) => place),
      range(16, 11),
    );
    assert.equal(third.next, undefined);
    const span = { since: FIRST + 3, until: FIRST + 5 };
    const timed = await store.events({ alarmId: ID, ...span, limit: 100 });
    assert.deepEqual(
      timed.events.map(({ place }) => place),
      [6, 5, 4],
    );
    await store.close();
  });

  it('go when the backlog ends without an alarm, and stay when it has one', async () => {
    const place = makeStorePlace();
    const store = openThreadlessStore(place);
    const other = { ...accepted(makeNormalizedEvents(3)), alarmId: 'no-alarm' };
    await tell(store, other, accepted(makeNormalizedEvents(3)), alarmLine());
    const ended = { change: 'ended', progress: 'timeout' } as const;
    await tell(
      store,
      makeBacklogChange({ ...ended, alarmId: 'no-alarm' }),
      makeBacklogChange(ended),
    );
    await store.find([]);
    await tell(store, {
      type: 'alarm',
      state: makeAlarmState({ alarm: { alarm_id: 'no-alarm' } }),
    });
    assert.equal((await store.get('no-alarm'))?.event_summary.kept, 0);
    assert.equal((await store.get(ID))?.event_summary.kept, 3);
    await store.close();
  });

  it('outlast a stop and a kill, and the backlog that goes on adds to them', async () => {
    const place = makeStorePlace();
    const all = makeNormalizedEvents(1500);
    let store = openThreadlessStore(place);
    await tell(store, alarmLine(), accepted(all.slice(0, 600)));
    await store.close();
    store = openThreadlessStore(place);
    await tell(store, accepted(all.slice(600, 1100)));
    await store.find([]);
    store = await openAsAfterKill(store, place);
    await tell(store, accepted(all.slice(1100)));
    assert.deepEqual(await readPlaces(store), [...range(1500, 1001), ...range(500, 1)]);
    const { events } = await store.events({ alarmId: ID, limit: 1 });
    assert.equal(events[0]?.event['event_id'], 'e1500');
    await store.close();
  });

  it('of a backlog that is gone after a kill are dropped', async () => {
    const place = makeStorePlace();
    let store = openThreadlessStore(place);
    await tell(store, accepted(makeNormalizedEvents(5)));
    await store.find([]);
    store = await openAsAfterKill(store, place);
    await store.interruptAllBut([]);
    await tell(store, alarmLine());
    assert.equal((await store.get(ID))?.event_summary.kept, 0);
    await store.close();
  });
});

/** What is on disk now, in another place: what was not written to the database is found in the files of events. */
async function openAsAfterKill(store: AlarmStore, { options }: StorePlace): Promise<AlarmStore> {
  const place = makeStorePlace();
  cpSync(options.folder, place.options.folder, { recursive: true });
  await store.close();
  return openThreadlessStore(place);
}

async function tell(store: AlarmStore, ...changes: readonly EngineChange[]): Promise<void> {
  await store.apply(changes.map((change) => ({ sequence: (sequence += 1), change })));
}

function alarmLine(): EngineChange {
  return { type: 'alarm', state: makeAlarmState() };
}

function accepted(
  events: readonly NormalizedEvent[],
  stage = 1,
): Extract<EngineChange, { readonly type: 'events' }> {
  return { type: 'events', alarmId: ID, stage, events };
}

async function readPlaces(store: AlarmStore): Promise<number[]> {
  const { events } = await store.events({ alarmId: ID, limit: 2000 });
  return events.map(({ place }) => place);
}

/** From the first number down to the second. */
function range(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, index) => from - index);
}
