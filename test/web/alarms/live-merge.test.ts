import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeLive, type LiveInput } from '../../../web/alarms/list/live-merge.ts';
import { compileQueueFilter } from '../../../web/alarms/list/live-filter.ts';
import { applyWish, settleWish } from '../../../web/alarms/list/own-changes.ts';
import {
  addPage,
  renewRows,
  shownRows,
  type QueueList,
} from '../../../web/alarms/list/queue-list.ts';
import {
  NOTHING_WAITS,
  pillText,
  waitFor,
  type Waiting,
} from '../../../web/alarms/list/waiting.ts';
import type { LiveBatch } from '../../../web/live/feed-batch.ts';
import { EMPTY_QUEUE } from '../../../web/router/queue-state.ts';
import {
  makeBatch,
  makeList,
  makeListAnswer,
  makeRow,
  makeState,
} from '../../support/queue-rows.ts';

const open = compileQueueFilter(EMPTY_QUEUE, 'Open');
const closed = { alarm: { status: 'Closed' } };
const LAST = { by: 'last', descending: true } as const;
const INPUT: LiveInput = {
  ...{ fits: open, sort: LAST, now: 1010 },
  ...{ me: 'analyst1', isShown: true },
};

describe('live updates of the queue', () => {
  it('change values in place and leave order and membership', () => {
    const list = makeList(makeRow('a'), makeRow('b'));
    const batch = makeBatch({
      states: [makeState('b', { events_total: 9, alarm: { update_time: 1009 } }), makeState('c')],
    });
    const { list: after, flashes } = merge(list, batch);
    assert.deepEqual(ids(after), ['a', 'b']);
    assert.equal(after.rows.get('b')?.events_total, 9);
    assert.equal(after.rows.get('a'), list.rows.get('a'));
    assert.deepEqual([...flashes], [['b', ['events', 'last']]]);
  });

  it('put new alarms that fit behind the pill, High first, and others nowhere', () => {
    const list = makeList(makeRow('a'));
    const fresh = { created_time: 1001 };
    const { waiting } = merge(
      list,
      makeBatch({
        states: [
          makeState('b', { alarm: { ...fresh, risk_class: 'High' } }),
          makeState('c', { alarm: fresh }),
          makeState('d', closed),
        ],
      }),
    );
    assert.equal(textOf(waiting), '1 High, 1 more');
  });

  it('take a new alarm from the pill when somebody closes or deletes it', () => {
    const list = makeList(makeRow('a'));
    const first = merge(list, makeBatch({ states: [makeState('b'), makeState('c')] }));
    assert.equal(textOf(first.waiting), '2 new alarms');
    const second = mergeLive(
      first,
      makeBatch({
        states: [makeState('b', closed)],
        changes: [{ alarm_id: 'c', what: 'delete', from: '', value: '' }],
      }),
      INPUT,
    );
    assert.equal(textOf(second.waiting), '');
  });

  it('tell of a new order when a row no longer stands where it would', () => {
    const list = makeList(makeRow('a'), makeRow('b'));
    const newer = makeBatch({ states: [makeState('b', { alarm: { update_time: 1005 } })] });
    assert.equal(textOf(merge(list, newer).waiting), 'New order');
    const first = makeBatch({ states: [makeState('a', { alarm: { update_time: 1005 } })] });
    assert.equal(textOf(merge(list, first).waiting), '');
  });

  it('know of a list that is not loaded to its end which alarms are further down', () => {
    const list = { ...makeList(makeRow('a')), next: 'cursor' };
    const old = { created_time: 900, update_time: 950 };
    const below = makeBatch({ states: [makeState('z', { alarm: old })] });
    assert.equal(textOf(merge(list, below).waiting), '');
    const moved = { created_time: 900, update_time: 1005 };
    const above = makeBatch({ states: [makeState('z', { alarm: moved })] });
    assert.equal(textOf(merge(list, above).waiting), 'New order');
  });

  it('take nothing of a first snapshot for new that may be further down the list', () => {
    const list = { ...makeList(makeRow('a')), next: 'x' };
    const states = [makeState('b', { alarm: { created_time: 1000 } })];
    assert.equal(textOf(merge(list, makeBatch({ states })).waiting), '1 new alarm');
    const first = { ...makeBatch({ states }), begunAt: 9 };
    assert.equal(textOf(merge(list, first).waiting), '');
  });

  it('keep a row that somebody else closed, dimmed, and brighten it when it is opened again', () => {
    const list = makeList(makeRow('a'));
    const { list: after, waiting } = merge(
      list,
      makeBatch({ states: [makeState('a', closed)], changes: [{}] }),
    );
    assert.deepEqual(ids(after), ['a']);
    assert.equal(after.rows.get('a')?.departed, 'Closed by analyst2');
    assert.equal(after.rows.get('a')?.version, 1);
    const { list: back } = mergeLive(
      { list: after, waiting },
      makeBatch({
        states: [makeState('a')],
        changes: [{ from: 'Closed', value: 'Open' }],
      }),
      INPUT,
    );
    assert.equal(back.rows.get('a')?.departed, '');
    assert.equal(back.rows.get('a')?.version, 2);
  });

  it('say that somebody else deleted a row', () => {
    const batch = makeBatch({ changes: [{ what: 'delete', from: '', value: '' }] });
    const { list } = merge(makeList(makeRow('a')), batch);
    assert.equal(list.rows.get('a')?.departed, 'Deleted by analyst2');
  });

  it('take out a row that was closed on another page of this browser', () => {
    const batch = makeBatch({ states: [makeState('a', closed)], changes: [{ by: 'analyst1' }] });
    const { list } = merge(makeList(makeRow('a'), makeRow('b')), batch, { isShown: false });
    assert.deepEqual(ids(list), ['b']);
  });

  it('do not undo an own change that they have not heard of, nor count its echo twice', () => {
    const mine = { ids: ['a'], set: { tag: 'False Positive' }, fits: () => true };
    const wished = applyWish(makeList(makeRow('a')), mine);
    const stale = merge(wished, makeBatch({ states: [makeState('a', { events_total: 5 })] })).list;
    assert.equal(stale.rows.get('a')?.alarm.tag, 'False Positive');
    assert.equal(stale.rows.get('a')?.events_total, 5);
    const now = { status: 'Open', tag: 'False Positive', assignee: '', deleted: false };
    const settled = settleWish(stale, [{ id: 'a', version: 1, now }], {
      now: 1010,
      fits: () => true,
    });
    const { list: echoed } = merge(
      settled,
      makeBatch({
        states: [makeState('a', { alarm: { tag: 'False Positive' } })],
        changes: [{ by: 'analyst1', what: 'tag', from: '', value: 'False Positive' }],
      }),
    );
    assert.equal(echoed.rows.get('a')?.version, 1);
    assert.equal(echoed.rows.get('a')?.alarm.tag, 'False Positive');
  });

  it('count a comment of others, and an own one once', () => {
    const mine = { ids: ['a'], set: { comment: 'seen' }, fits: () => true };
    const wished = applyWish(makeList(makeRow('a')), mine);
    assert.equal(wished.rows.get('a')?.comments, 1);
    const { list } = merge(
      wished,
      makeBatch({
        changes: [
          { what: 'comment', by: 'analyst1', value: 'seen' },
          { what: 'comment', value: 'me too' },
        ],
      }),
    );
    assert.equal(list.rows.get('a')?.comments, 2);
    assert.equal(list.rows.get('a')?.version, 0);
  });

  it('bring a row that one closed back as a new one when somebody opens it again', () => {
    const gone = applyWish(makeList(makeRow('a')), {
      ...{ ids: ['a'], set: { status: 'Closed' } },
      fits: (row) => open(row, 1000),
    });
    assert.deepEqual(ids(gone), []);
    const { list } = settledAndTold(gone);
    const { waiting } = merge(
      list,
      makeBatch({ states: [makeState('a')], changes: [{ from: 'Closed', value: 'Open' }] }),
      { now: 1020 },
    );
    assert.equal(textOf(waiting), '1 new alarm');
  });
});

describe('a snapshot', () => {
  it('grows by pages without rows that it has, and knows its size at the end', () => {
    const list = { ...makeList(makeRow('a'), makeRow('b')), total: 5, next: 'x' };
    assert.equal(addPage(list, makeListAnswer([makeRow('c')], { next: 'y' })).total, 5);
    const last = addPage(list, makeListAnswer([makeRow('b'), makeRow('c')]));
    assert.deepEqual(ids(last), ['a', 'b', 'c']);
    assert.equal(last.total, 3);
  });

  it('keeps its order over a gap, and dims what a complete answer lacks', () => {
    const list = makeList(makeRow('a'), makeRow('b'));
    const answer = makeListAnswer([makeRow('c'), makeRow('b', { events_total: 8 })]);
    const { list: after, fresh } = renewRows(list, answer, LAST);
    assert.deepEqual(ids(after), ['a', 'b']);
    assert.equal(after.rows.get('b')?.events_total, 8);
    assert.equal(after.rows.get('a')?.departed, 'No longer in this list');
    assert.deepEqual(
      fresh.map(({ alarm }) => alarm.alarm_id),
      ['c'],
    );
    const part = renewRows(list, { ...answer, next: 'more' }, LAST).list;
    assert.equal(part.rows.get('a')?.departed, '');
  });
});

describe('a snapshot that is not loaded to its end', () => {
  it('has as new after a gap what stands among its rows, and nothing that is only further down', () => {
    const rowAt = (id: string, updated: number): ReturnType<typeof makeRow> =>
      makeRow(id, { alarm: { update_time: updated } });
    const loaded = makeList(rowAt('a', 900), rowAt('b', 800));
    const answer = makeListAnswer(
      [rowAt('new', 950), rowAt('a', 900), rowAt('b', 800), rowAt('below', 700)],
      { next: 'more' },
    );
    const { fresh } = renewRows({ ...loaded, next: 'x' }, answer, LAST);
    assert.deepEqual(
      fresh.map(({ alarm }) => alarm.alarm_id),
      ['new'],
    );
  });
});

describe('the pill', () => {
  const fresh = (count: number, riskClass: 'Low' | 'High') =>
    Array.from({ length: count }, (_, index) => ({
      ...{ id: `${riskClass}${String(index)}`, kind: 'fresh' as const, riskClass },
    }));
  for (const { low, high, text } of [
    { low: 0, high: 0, text: '' },
    { low: 1, high: 0, text: '1 new alarm' },
    { low: 4, high: 0, text: '4 new alarms' },
    { low: 3, high: 1, text: '1 High, 3 more' },
    { low: 0, high: 2, text: '2 new High' },
    { low: 20_000, high: 0, text: '10,000+ new alarms' },
  ]) {
    it(`says "${text}" for ${String(high)} High and ${String(low)} others`, () => {
      const waiting = waitFor(NOTHING_WAITS, [...fresh(low, 'Low'), ...fresh(high, 'High')]);
      assert.equal(textOf(waiting), text);
    });
  }

  it('stays the same object when nothing is new', () => {
    const waiting = waitFor(NOTHING_WAITS, fresh(2, 'Low'));
    assert.equal(waitFor(waiting, fresh(2, 'Low')), waiting);
  });
});

function merge(list: QueueList, batch: LiveBatch, changes: Partial<LiveInput> = {}) {
  return mergeLive({ list, waiting: NOTHING_WAITS }, batch, { ...INPUT, ...changes });
}

function settledAndTold(list: QueueList): { readonly list: QueueList } {
  const now = { status: 'Closed', tag: 'Identified Threat', assignee: '', deleted: false };
  const fits = (): boolean => false;
  const settled = settleWish(list, [{ id: 'a', version: 1, now }], { now: 1010, fits });
  return merge(
    settled,
    makeBatch({ states: [makeState('a', closed)], changes: [{ by: 'analyst1' }] }),
  );
}

function ids(list: QueueList): string[] {
  return shownRows(list).map(({ alarm }) => alarm.alarm_id);
}

function textOf(waiting: Waiting): string {
  return pillText(waiting).replaceAll('\u00a0', ' ');
}
