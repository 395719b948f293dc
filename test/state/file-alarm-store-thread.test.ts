// The store's thread ends while it is in use, because the database on disk is damaged: another one makes the store again.
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { makeAlarmState } from '../support/alarm-states.ts';
import { damageStates } from '../support/damaged-store.ts';
import { makeStorePlace, openStore, type StorePlace } from '../support/file-store-bed.ts';
import { makeNormalizedEvents } from '../support/normalized-events.ts';
import { waitUntil } from '../support/wait-until.ts';

const READ_ALL = 'the alarm store has read the alarm files';
const ASIDE = 'the alarm store is unreadable, it is moved aside and made again from files';
const FAILS = 'the alarm store fails, it is tried again';
const WORKS = 'the alarm store works again';
const ALARMS = 300;
const LIMIT_MS = 20_000;

describe('a store whose thread ends', () => {
  it('is made again from the files, and what was lost meanwhile is counted and read from there', async () => {
    const { place, store } = await openDamaged();
    const late = Array.from({ length: 5 }, (_, index) => stateOf(`late-${String(index)}`));
    write(place, late);
    await tell(store, late);
    await assert.rejects(store.get('alarm-7'), { name: 'AlarmStoreFailedError' });
    await waitUntil(() => place.captured.find(READ_ALL).length === 2, 'the files', LIMIT_MS);
    const { lost, decided, failure } = store.figures();
    assert.deepEqual([lost, decided, failure], [5, 5, undefined]);
    assert.equal(place.captured.find(ASIDE)[0]?.level, 50);
    assert.equal(place.captured.find(FAILS)[0]?.level, 50);
    assert.equal(place.captured.find(WORKS).length, 1);
    assert.equal((await store.get('alarm-7'))?.alarm.title, 'alarm alarm-7');
    assert.equal(await countAll(store), ALARMS + 5);
    assert.equal((await store.find(late.map(({ alarm }) => alarm.alarm_id))).length, 5);
    assert.equal(listAside(place).length, 1);
    await store.close();
    await assertHolds(place, ALARMS + 5);
  });

  it('keeps for the next thread what comes while there is none, with events', async () => {
    const { place, store } = await openDamaged();
    await assert.rejects(store.get('alarm-7'));
    await waitUntil(() => store.figures().failure !== undefined, 'the end of the thread');
    const state = stateOf('meanwhile');
    const events = makeNormalizedEvents(3);
    await store.apply([
      { sequence: 1, change: { type: 'events', alarmId: 'meanwhile', stage: 1, events } },
      { sequence: 2, change: { type: 'alarm', state } },
    ]);
    await assert.rejects(store.find(['meanwhile']), { name: 'AlarmStoreFailedError' });
    await waitUntil(() => store.figures().written === 1, 'the alarm on disk', LIMIT_MS);
    assert.equal(store.figures().lost, 0);
    const found = await store.get('meanwhile');
    assert.deepEqual([found?.event_summary.kept, found?.directive_id], [3, 7]);
    await store.close();
    assert.equal(place.captured.find(ASIDE).length, 1);
  });

  it('still knows which backlogs went with a former run, and which alarms are of this one', async () => {
    const { place, store } = await openDamaged();
    const now = Math.ceil(Date.now() / 1000);
    assert.equal(await store.interruptAllBut(['alarm-1']), ALARMS - 1);
    write(place, [stateOf('new', now)]);
    await assert.rejects(store.get('alarm-7'));
    await waitUntil(() => place.captured.find(READ_ALL).length === 2, 'the files', LIMIT_MS);
    const found = await store.find(['alarm-0', 'alarm-1', 'alarm-2', 'new']);
    assert.deepEqual(
      found.map(({ progress }) => progress),
      ['interrupted', 'running', 'interrupted', 'running'],
    );
    await store.close();
  });

  it('counts as lost what waits when it is closed without a thread', async () => {
    const { store } = await openDamaged();
    await assert.rejects(store.get('alarm-7'));
    await waitUntil(() => store.figures().failure !== undefined, 'the end of the thread');
    await tell(store, [stateOf('meanwhile')]);
    await store.close();
    const { decided, written, lost } = store.figures();
    assert.deepEqual([decided, written, lost], [1, 0, 1]);
  });

  it('is tried again until its folder can be had, and has everything then', async () => {
    const place = makeStorePlace();
    const { folder } = place.options;
    writeFileSync(folder, 'a file where the folder should be');
    write(place, [stateOf('a')]);
    const store = await openStore(place);
    await waitUntil(() => place.captured.find(FAILS).length === 1, 'the failure');
    assert.match(String(store.figures().failure), /EEXIST/);
    await tell(store, [stateOf('b')]);
    write(place, [stateOf('b')]);
    rmSync(folder);
    await waitUntil(() => place.captured.find(READ_ALL).length === 1, 'the files', LIMIT_MS);
    assert.deepEqual([await countAll(store), store.figures().failure], [2, undefined]);
    await store.close();
    const { decided, written, lost } = store.figures();
    assert.equal(decided, written + lost);
  });
});

/** A store with alarms, which is open, and whose rows on disk are damaged since. */
async function openDamaged(): Promise<{ readonly place: StorePlace; readonly store: AlarmStore }> {
  const first = makeStorePlace();
  const states = Array.from({ length: ALARMS }, (_, index) => stateOf(`alarm-${String(index)}`));
  write(first, states);
  const filled = await openFilled(first);
  await filled.close();
  const place = makeStorePlace({}, first.logDir);
  const store = await openFilled(place);
  damageStates(place.options.folder);
  return { place, store };
}

async function openFilled(place: StorePlace): Promise<AlarmStore> {
  const store = await openStore(place);
  await waitUntil(() => place.captured.find(READ_ALL).length > 0, 'the files to be read');
  return store;
}

async function assertHolds({ logDir }: StorePlace, alarms: number): Promise<void> {
  const place = makeStorePlace({}, logDir);
  const store = await openFilled(place);
  assert.equal(await countAll(store), alarms);
  await store.close();
  assert.deepEqual(place.captured.find(ASIDE), []);
}

async function countAll(store: AlarmStore): Promise<number> {
  const sort = { by: 'last', descending: true } as const;
  return (await store.list({ filter: {}, sort, limit: 1 })).total;
}

function stateOf(id: string, created_time = 1000): AlarmState {
  const alarm = { alarm_id: id, title: `alarm ${id}`, created_time };
  return makeAlarmState({ alarm, directive_id: 7 });
}

function write({ options }: StorePlace, states: readonly AlarmState[]): void {
  const lines = states.map(({ alarm }) => `${JSON.stringify(alarm)}\n`);
  appendFileSync(options.alarmFile, lines.join(''));
}

async function tell(store: AlarmStore, states: readonly AlarmState[]): Promise<void> {
  await store.apply(
    states.map((state, index) => ({ sequence: index + 1, change: { type: 'alarm', state } })),
  );
}

function listAside({ logDir }: StorePlace): string[] {
  return readdirSync(logDir).filter((name) => name.startsWith('alarm-store.'));
}
