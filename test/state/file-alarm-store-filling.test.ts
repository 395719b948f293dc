import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { rebuildAlarmStore } from '../../state/file-alarm-store.ts';
import { makeAlarmState } from '../support/alarm-states.ts';
import { makeStorePlace, openStore, type StorePlace } from '../support/file-store-bed.ts';
import { waitUntil } from '../support/wait-until.ts';

const READ_ALL = 'the alarm store has read the alarm files';
const BY_LAST = { by: 'last', descending: true } as const;

describe('a first start', () => {
  it('takes alarms from the file and its rotated ones, the oldest first, so that the last line wins', async () => {
    const place = makeStorePlace();
    write(place, '.10.gz', [record('a', 1), record('b', 1), record('old', 1)]);
    write(place, '.2.gz', [record('a', 2), record('b', 2)]);
    write(place, '.1', [record('a', 3)]);
    write(place, '', [record('c', 4)]);
    const store = await openFilled(place);
    assert.deepEqual(await timesOf(store), { a: 3, b: 2, c: 4, old: 1 });
    await store.close();
  });

  it('knows files that are named by date', async () => {
    const place = makeStorePlace();
    write(place, '-20251124', [record('a', 2)]);
    write(place, '-20251101.gz', [record('a', 1), record('b', 1)]);
    write(place, '.notes', [record('a', 9)]);
    const store = await openFilled(place);
    assert.deepEqual(await timesOf(store), { a: 2, b: 1 });
    await store.close();
  });

  it('tells what the rules prove, and that events were not recorded', async () => {
    const place = makeStorePlace();
    const rules = [rule(1, 1, 'finished'), rule(2, 5, 'finished'), rule(3, 9, undefined)];
    const timedOut = [rule(1, 1, 'finished'), rule(2, 5, 'timeout')];
    const complete = [rule(1, 1, 'finished'), rule(2, 4, 'finished')];
    write(place, '', [
      { ...record('runs', 1), rules },
      { ...record('timed out', 1), rules: timedOut },
      { ...record('complete', 1), rules: complete },
    ]);
    const store = await openFilled(place);
    const found = await store.get('runs');
    assert.deepEqual(
      [found?.directive_id, found?.stage, found?.stages, found?.events, found?.needed],
      [0, 3, 3, 0, 9],
    );
    assert.deepEqual([found?.events_total, found?.progress], [6, 'running']);
    assert.equal(found?.event_summary.recorded, false);
    assert.equal((await store.get('timed out'))?.progress, 'timeout');
    assert.equal((await store.get('complete'))?.progress, 'complete');
    assert.equal(await store.interruptAllBut([]), 1);
    assert.equal((await store.get('runs'))?.progress, 'interrupted');
    await store.close();
  });

  it('has alarms interrupted that the files bring, also one of the second in which the engine starts', async () => {
    const place = makeStorePlace();
    const now = Math.floor(Date.now() / 1000);
    const own = { ...record('goes on', 1), created_time: now };
    // far more than are read in a turn, so that the question is there first
    const others = Array.from({ length: 3000 }, (_, index) => ({
      ...{ ...record(`left-${String(index)}`, 1), created_time: now + (index % 3) },
    }));
    write(place, '', [...others, own]);
    const store = await openStore(place);
    await store.interruptAllBut(['goes on']);
    await waitUntil(() => place.captured.find(READ_ALL).length > 0, 'the files to be read');
    const filter = { is: { progress: ['running'] } } as const;
    const running = await store.list({ filter, sort: BY_LAST, limit: 10 });
    assert.deepEqual(
      running.alarms.map(({ alarm }) => alarm.alarm_id),
      ['goes on'],
    );
    await store.close();
  });

  it('reads lines of the Go version and passes over what is none', async () => {
    const place = makeStorePlace();
    const go = { ...record('go', 5), status: '', tag: '', intel_hits: null, custom_data: null };
    const text = `${JSON.stringify(go)}\n{"alarm_id":"torn","ti\n\n[]\n`;
    writeFileSync(place.options.alarmFile, text);
    const store = await openFilled(place);
    const [found] = await store.find(['go']);
    assert.deepEqual([found?.alarm.status, found?.alarm.tag], ['Open', 'Identified Threat']);
    const [told] = place.captured.find(READ_ALL);
    assert.deepEqual([told?.['lines'], told?.['unreadable'], told?.['alarms']], [3, 2, 1]);
    await store.close();
  });

  it('names a packed file that is damaged, and takes the others', async () => {
    const place = makeStorePlace();
    writeFileSync(`${place.options.alarmFile}.2.gz`, 'no gzip');
    write(place, '', [record('a', 1)]);
    const store = await openFilled(place);
    assert.deepEqual(await timesOf(store), { a: 1 });
    const [told] = place.captured.find(
      'an alarm file is unreadable, the alarm store lacks its alarms',
    );
    assert.match(String(told?.['path']), /\.2\.gz$/);
    await store.close();
  });
});

describe('a later start', () => {
  it('reads what came after the last one, over a rotation too, and lets nothing older win', async () => {
    const place = makeStorePlace();
    write(place, '', [record('a', 1), record('b', 1)]);
    const first = await openFilled(place);
    const state = makeAlarmState({ alarm: record('b', 2), directive_id: 7 });
    await first.apply([{ sequence: 1, change: { type: 'alarm', state } }]);
    write(place, '', [record('b', 2)]);
    await first.close();
    write(place, '', [record('a', 3)]);
    renameSync(place.options.alarmFile, `${place.options.alarmFile}.1`);
    write(place, '', [record('c', 4)]);
    const next = makeStorePlace({}, place.logDir);
    const store = await openFilled(next);
    assert.deepEqual(await timesOf(store), { a: 3, b: 2, c: 4 });
    assert.equal((await store.get('b'))?.directive_id, 7);
    assert.equal(next.captured.find(READ_ALL)[0]?.['lines'], 2);
    await store.close();
  });

  it('reads the whole file when it was copied and cut back', async () => {
    const place = makeStorePlace();
    write(place, '', [record('a', 1), record('b', 1)]);
    await (await openFilled(place)).close();
    write(place, '.1', [record('a', 1), record('b', 1), record('a', 2)]);
    writeFileSync(place.options.alarmFile, `${JSON.stringify(record('c', 3))}\n`);
    const store = await openFilled(makeStorePlace({}, place.logDir));
    assert.deepEqual(await timesOf(store), { a: 2, b: 1, c: 3 });
    await store.close();
  });

  it('makes a store again that cannot be read, and keeps the former one aside', async () => {
    const place = makeStorePlace();
    write(place, '', [record('a', 1)]);
    mkdirSync(place.options.folder);
    writeFileSync(join(place.options.folder, 'alarms.db'), 'this is no database'.repeat(1000));
    const store = await openFilled(place);
    assert.deepEqual(await timesOf(store), { a: 1 });
    const [told] = place.captured.lines.filter(({ level }) => level === 50);
    assert.match(String(told?.msg), /moved aside/);
    assert.ok(readdirSync(place.logDir).some((name) => name.startsWith('alarm-store.')));
    await store.close();
  });
});

describe('the record of what persons did', () => {
  it('is replayed when the store is made again, so that deletions stay', async () => {
    const place = makeStorePlace();
    write(place, '', [record('a', 1), record('b', 1)]);
    const actions = [
      { alarm_id: 'a', at: 5, by: 'ann', what: 'comment', from: '', value: 'hm', role: 'analyst' },
      { alarm_id: 'b', at: 6, by: 'ann', what: 'delete', from: '', value: '', role: 'analyst' },
      { alarm_id: 'gone', at: 7, by: 'ann', what: 'look', from: '', value: '', role: 'analyst' },
    ];
    appendFileSync(
      place.options.operatorRecord,
      actions.map((each) => `${JSON.stringify(each)}\n`).join(''),
    );
    const first = await openFilled(place);
    assert.deepEqual(await timesOf(first), { a: 1 });
    await first.close();
    const rebuilt = await rebuildAlarmStore(place.options);
    assert.deepEqual([rebuilt.alarms, rebuilt.lines, rebuilt.unreadable], [1, 2, 0]);
    assert.ok(rebuilt.aside !== undefined);
    const store = await openFilled(makeStorePlace({}, place.logDir));
    assert.deepEqual(await timesOf(store), { a: 1 });
    const found = await store.get('a');
    assert.equal(found?.history.length, 1);
    assert.equal(found.comments, 1);
    await store.close();
  });
});

describe('retention', () => {
  it('lets alarms go by age unless they run', async () => {
    const now = Math.floor(Date.now() / 1000);
    const place = makeStorePlace({ retentionSeconds: 1000 });
    const done = [rule(1, 1, 'finished')];
    write(place, '', [
      { ...record('old', now - 2000), rules: done },
      { ...record('old, runs', now - 2000), rules: [rule(1, 1, undefined)] },
      { ...record('new', now - 10), rules: done },
    ]);
    const store = await openFilled(place);
    await waitUntil(async () => (await store.find(['old'])).length === 0, 'the old alarm to go');
    assert.deepEqual(Object.keys(await timesOf(store)).sort(), ['new', 'old, runs']);
    await store.close();
  });

  it('lets closed ones go first by count, then the longest unchanged', async () => {
    const place = makeStorePlace({ limit: 3 });
    const store = await openFilled(place);
    const put = async (alarm: Partial<AlarmRecord>): Promise<void> => {
      const state = makeAlarmState({ alarm, progress: 'complete' });
      await store.apply([{ sequence: 1, change: { type: 'alarm', state } }]);
      await store.find([]);
    };
    await put({ alarm_id: 'a', update_time: 1 });
    await put({ alarm_id: 'b', update_time: 2 });
    await put({ alarm_id: 'closed', update_time: 3, status: 'Closed' });
    await put({ alarm_id: 'd', update_time: 4 });
    assert.deepEqual(Object.keys(await timesOf(store)).sort(), ['a', 'b', 'd']);
    await put({ alarm_id: 'e', update_time: 5 });
    assert.deepEqual(Object.keys(await timesOf(store)).sort(), ['b', 'd', 'e']);
    await store.close();
    const again = await openFilled(makeStorePlace({ limit: 3 }, place.logDir));
    assert.deepEqual(Object.keys(await timesOf(again)).sort(), ['b', 'd', 'e']);
    await again.close();
  });
});

function record(id: string, time: number): AlarmRecord {
  return makeAlarmState({ alarm: { alarm_id: id, created_time: time, update_time: time } }).alarm;
}

function rule(
  stage: number,
  occurrence: number,
  status: 'finished' | 'timeout' | undefined,
): AlarmRecord['rules'][number] {
  return {
    ...{
      name: 'a rule',
      stage,
      occurrence,
      type: 'PluginRule',
      plugin_id: 1,
      from: 'ANY',
      to: 'ANY',
    },
    ...{ port_from: 'ANY', port_to: 'ANY', protocol: 'ANY', reliability: 1, timeout: 60 },
    ...(status !== undefined && { status }),
  };
}

/** Appends to the alarm file, or makes one of its rotated ones. */
function write({ options }: StorePlace, suffix: string, records: readonly AlarmRecord[]): void {
  const text = records.map((each) => `${JSON.stringify(each)}\n`).join('');
  const path = `${options.alarmFile}${suffix}`;
  if (suffix.endsWith('.gz')) writeFileSync(path, gzipSync(text));
  else appendFileSync(path, text);
  if (suffix !== '') utimesSync(path, 1000, 1000);
}

async function openFilled(place: StorePlace): Promise<AlarmStore> {
  const store = await openStore(place);
  await waitUntil(() => place.captured.find(READ_ALL).length > 0, 'the files to be read');
  return store;
}

async function timesOf(store: AlarmStore): Promise<Record<string, number>> {
  const { alarms } = await store.list({ filter: {}, sort: BY_LAST, limit: 100 });
  return Object.fromEntries(alarms.map(({ alarm }) => [alarm.alarm_id, alarm.update_time]));
}
