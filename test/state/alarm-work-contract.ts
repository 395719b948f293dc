// What every alarm store must do about what persons do to alarms, and the questions beyond lists and facets.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmAction } from '../../core/alarm/alarm-action.ts';
import type { AlarmState, EngineChange } from '../../core/alarm/alarm-state.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { makeAlarmState, makeBacklogChange } from '../support/alarm-states.ts';
import type { StoreTrial } from './alarm-store-contract.ts';

const BY_LAST = { by: 'last', descending: true } as const;

/** The store closes alarms with the status `Closed`. */
export function describeAlarmWork(name: string, { open }: StoreTrial): void {
  describe(`${name} under the hands of persons`, () => {
    it('sums up what persons do, and tells it in order', async () => {
      const store = await open();
      const actions = [
        makeAction({ what: 'look', at: 1100 }),
        makeAction({ what: 'assignee', value: 'ann', at: 1200 }),
        makeAction({ what: 'comment', value: 'so it is', at: 1300 }),
        makeAction({ what: 'status', from: 'Open', value: 'Closed', at: 1400 }),
      ];
      await apply(store, [line(makeAlarmState()), ...actions.map(done)]);
      const found = await store.get('alarm-001');
      assert.deepEqual(found?.history, actions);
      assert.deepEqual(handlingOf(found), [2, 1, 'ann', 1100, 1400]);
      const reopened = makeAction({ what: 'status', from: 'Closed', value: 'Open', at: 1500 });
      await apply(store, [done(reopened)], 10);
      const [now] = await store.find(['alarm-001']);
      assert.deepEqual(now && handlingOf(now), [3, 1, 'ann', 1100, 0]);
      const filter = { is: { assignee: ['ann'] } };
      assert.equal((await store.list({ filter, sort: BY_LAST, limit: 1 })).total, 1);
      assert.equal(
        (await store.list({ filter: { not: filter.is }, sort: BY_LAST, limit: 1 })).total,
        0,
      );
      await store.close();
    });

    it('hides a deleted alarm from every answer but find, until it is restored', async () => {
      const store = await open();
      const id = 'alarm-002';
      await apply(store, [
        line(makeAlarmState()),
        line(makeAlarmState({ alarm: { alarm_id: id } })),
      ]);
      await apply(store, [done(makeAction({ alarm_id: id, what: 'delete' }))], 3);
      assert.deepEqual(await countEverywhere(store, id), [1, 1, undefined, 1, 1, 1]);
      assert.equal(store.figures().alarms <= 1, true);
      const [hidden] = await store.find([id]);
      assert.equal(hidden?.deleted, true);
      await apply(store, [line(makeAlarmState({ alarm: { alarm_id: id, status: 'Closed' } }))], 4);
      assert.equal((await store.get(id)) === undefined, true);
      await apply(store, [done(makeAction({ alarm_id: id, what: 'restore' }))], 5);
      assert.deepEqual(await countEverywhere(store, id), [2, 2, id, 2, 2, 2]);
      const [shown] = await store.find([id]);
      assert.equal(shown !== undefined && 'deleted' in shown, false);
      assert.equal(shown?.version, 2);
      await store.close();
    });

    it('passes over an action of an alarm that it does not have', async () => {
      const store = await open();
      await apply(store, [done(makeAction({ what: 'comment' }))]);
      assert.deepEqual(await store.find(['alarm-001']), []);
      await store.close();
    });

    it('finds alarms in the order asked for', async () => {
      const store = await open();
      await apply(store, numbered(5).map(line));
      const ids = ['alarm-3', 'nothing', 'alarm-0', 'alarm-4'];
      const found = await store.find(ids);
      assert.deepEqual(found.map(idOf), ['alarm-3', 'alarm-0', 'alarm-4']);
      await store.close();
    });

    it('selects by id in steps what had come by a change', async () => {
      const store = await open();
      await apply(store, numbered(6).map(line));
      await apply(store, [line(makeAlarmState({ alarm: { alarm_id: 'alarm-1b' } }))], 10);
      await apply(store, [line(makeAlarmState({ alarm: { alarm_id: 'alarm-5', risk: 9 } }))], 11);
      const filter = { not: { risk: ['High' as const] } };
      const first = await store.select({ filter, asOf: 9, afterId: '', limit: 4 });
      assert.deepEqual(first.alarms.map(idOf), ['alarm-0', 'alarm-1', 'alarm-2', 'alarm-3']);
      assert.equal(first.left, 2);
      const second = await store.select({ filter, asOf: 9, afterId: 'alarm-3', limit: 4 });
      assert.deepEqual(second.alarms.map(idOf), ['alarm-4', 'alarm-5']);
      assert.equal(second.left, 0);
      await store.close();
    });

    it('counts the other alarms of addresses, on either side', async () => {
      const store = await open();
      const alarms = [
        { alarm_id: 'a', src_ips: ['10.0.0.1'], dst_ips: ['10.0.0.2'] },
        { alarm_id: 'b', src_ips: ['10.0.0.2'], dst_ips: ['10.0.0.1', '10.0.0.2'] },
        { alarm_id: 'c', src_ips: ['10.0.0.3'], dst_ips: ['10.0.0.2'] },
      ];
      await apply(
        store,
        alarms.map((alarm) => line(makeAlarmState({ alarm }))),
      );
      const asked = ['10.0.0.1', '10.0.0.2', '10.0.0.9'];
      assert.deepEqual(await store.countByAddress(asked, 'a'), [1, 2, 0]);
      assert.deepEqual(await store.countByAddress(asked, 'none'), [2, 3, 0]);
      await store.close();
    });

    it('counts alarms over time, and how long persons took', async () => {
      const store = await open();
      const alarms = [
        { alarm_id: 'a', created_time: 100, src_ips: ['10.0.0.1', '10.0.0.2'] },
        { alarm_id: 'b', created_time: 119, src_ips: ['10.0.0.2'] },
        { alarm_id: 'c', created_time: 130, src_ips: ['10.0.0.3'] },
        { alarm_id: 'd', created_time: 140, src_ips: ['10.0.0.2'] },
      ];
      await apply(
        store,
        alarms.map((alarm) => line(makeAlarmState({ alarm }))),
      );
      await apply(
        store,
        [
          done(makeAction({ alarm_id: 'a', what: 'look', at: 110 })),
          done(makeAction({ alarm_id: 'b', what: 'status', value: 'Closed', at: 149 })),
          done(makeAction({ alarm_id: 'd', what: 'look', at: 900 })),
        ],
        5,
      );
      const query = { filter: {}, by: 'from', of: 'created', since: 105, until: 140 } as const;
      const counted = await store.statistics({ ...query, bucketSeconds: 20, limit: 1 });
      assert.deepEqual(counted, {
        ...{ since: 100, bucket_seconds: 20 },
        series: [{ value: '10.0.0.2', counts: [1, 0] }],
        rest: [0, 1],
        first_look_seconds: { median: 30, of: 1 },
        close_seconds: { median: 30, of: 1 },
      });
      const all = await store.statistics({ ...query, since: 0, bucketSeconds: 200, limit: 9 });
      assert.deepEqual(all.series, [
        { value: '10.0.0.2', counts: [2] },
        { value: '10.0.0.1', counts: [1] },
        { value: '10.0.0.3', counts: [1] },
      ]);
      assert.deepEqual(all.first_look_seconds, { median: 20, of: 2 });
      await store.close();
    });

    it('makes running alarms interrupted whose backlogs do not live', async () => {
      const store = await open();
      const ended = makeBacklogChange({
        change: 'ended',
        alarmId: 'alarm-1',
        progress: 'complete',
      });
      await apply(store, [...numbered(4).map(line), ended]);
      assert.equal(await store.interruptAllBut(['alarm-2', 'another']), 2);
      const found = await store.find(['alarm-0', 'alarm-1', 'alarm-2', 'alarm-3']);
      const expected = ['interrupted', 'complete', 'running', 'interrupted'];
      assert.deepEqual(
        found.map(({ progress }) => progress),
        expected,
      );
      await store.close();
    });

    it('counts the lines that it was told of', async () => {
      const store = await open();
      await apply(store, [...numbered(4), ...numbered(2)].map(line));
      await store.close();
      const { decided, written, lost } = store.figures();
      assert.deepEqual([decided, written, lost], [6, 6, 0]);
    });
  });
}

function makeAction(changes: Partial<AlarmAction>): AlarmAction {
  return {
    alarm_id: 'alarm-001',
    at: 1500.5,
    by: 'ann',
    what: 'look',
    from: '',
    value: '',
    ...changes,
  };
}

function done(action: AlarmAction): EngineChange {
  return { type: 'action', action };
}

function line(state: AlarmState): EngineChange {
  return { type: 'alarm', state };
}

function idOf({ alarm }: AlarmState): string {
  return alarm.alarm_id;
}

function numbered(count: number): AlarmState[] {
  return Array.from({ length: count }, (_, index) =>
    makeAlarmState({ alarm: { alarm_id: `alarm-${String(index)}` } }),
  );
}

function apply(store: AlarmStore, changes: readonly EngineChange[], first = 1): Promise<void> {
  return store.apply(changes.map((change, index) => ({ sequence: first + index, change })));
}

type Handled = Awaited<ReturnType<AlarmStore['find']>>[number] | undefined;

function handlingOf(alarm: Handled): unknown[] {
  return [alarm?.version, alarm?.comments, alarm?.assignee, alarm?.first_look, alarm?.closed_at];
}

/** How many alarms list, facets, selection, snapshot and statistics have, and the id that `get` gives. */
async function countEverywhere(store: AlarmStore, id: string): Promise<unknown[]> {
  const { total } = await store.list({ filter: {}, sort: BY_LAST, limit: 10 });
  const { risk } = await store.facets({ filter: {}, limit: 5 });
  const { alarms } = await store.select({ filter: {}, asOf: 100, afterId: '', limit: 10 });
  const span = { since: 0, until: 2000, bucketSeconds: 2000, limit: 1 };
  const counted = await store.statistics({ filter: {}, by: 'risk', of: 'last', ...span });
  return [
    total,
    risk.values[0]?.count,
    (await store.get(id))?.alarm.alarm_id,
    alarms.length,
    (await store.snapshot(10)).alarms.length,
    counted.series[0]?.counts[0],
  ];
}
