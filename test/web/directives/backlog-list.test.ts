import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BacklogRow } from '../../../server/schemas/backlog.ts';
import {
  addPage,
  fitsBacklog,
  mergeBatch,
  takeList,
  type BacklogList,
} from '../../../web/directives/backlog-list.ts';
import type { BacklogChange } from '../../../web/live/feed-batch.ts';

function createRow(id: string, changes: Partial<BacklogRow> = {}): BacklogRow {
  return {
    ...{ alarm_id: id, directive_id: 1, title: 'SSH', risk: 0, from: ['10.0.0.1'], to: ['::1'] },
    ...{ stage: 2, stages: 3, events: 1, needed: 5, opened: 100, deadline: 700, allowed: 600 },
    ...{ last_event: 100, names: {}, ...changes },
  };
}

function createChange(id: string, changes: Partial<BacklogChange> = {}): BacklogChange {
  return {
    ...{ kind: 'backlog', sequence: 1, change: 'advanced', alarm_id: id, directive_id: 1 },
    ...{ title: 'SSH', risk: 0, progress: 'running' },
    counts: {
      ...{ stage: 2, stages: 3, events: 3, needed: 5, events_total: 4 },
      ...{ first_event: 100, last_event: 200, deadline: 700 },
    },
    ...changes,
  };
}

function merge(
  list: BacklogList,
  changes: readonly BacklogChange[],
  directive = null,
): BacklogList {
  const backlogs = new Map(changes.map((change) => [change.alarm_id, change]));
  const batch = { backlogs, counts: new Map(), alarms: new Map() };
  return mergeBatch(list, batch, { directive, now: 250 });
}

const TWO = takeList({ backlogs: [createRow('a'), createRow('b')], total: 2, next: null });

describe('the list of live backlogs', () => {
  it('stays the same object when nothing of it happens', () => {
    assert.equal(merge(TWO, []), TWO);
  });

  it('changes rows in place and never moves them', () => {
    const list = merge(TWO, [createChange('b', { risk: 4 })]);
    assert.deepEqual(
      list.rows.map(({ alarm_id: id, events, risk }) => [id, events, risk]),
      [
        ['a', 1, 0],
        ['b', 3, 4],
      ],
    );
    assert.equal(list.rows[0], TWO.rows[0]);
  });

  it('gives a stage that has just begun all of its time', () => {
    const change = createChange('a');
    const counts = { ...change.counts, stage: 3, deadline: 1250 };
    const [row] = merge(TWO, [{ ...change, counts }]).rows;
    assert.deepEqual([row?.stage, row?.allowed], [3, 1000]);
  });

  it('keeps one that ended with its outcome, and counts it no longer', () => {
    const ended = createChange('a', { change: 'ended', progress: 'timeout' });
    const list = merge(TWO, [ended]);
    assert.deepEqual([list.rows.length, list.rows[0]?.ended, list.total], [2, 'timeout', 1]);
    const later = merge(list, [createChange('a')]);
    assert.equal(later.rows[0]?.ended, 'timeout');
  });

  it('lets new ones wait, once each, until they end', () => {
    const opened = createChange('c', { change: 'opened' });
    const list = merge(merge(TWO, [opened]), [opened]);
    assert.deepEqual([list.rows.length, [...list.waiting], list.total], [2, ['c'], 3]);
    const gone = merge(list, [createChange('c', { change: 'ended', progress: 'timeout' })]);
    assert.deepEqual([gone.waiting.size, gone.total], [0, 2]);
  });

  it('of one directive does not hear of others', () => {
    const backlogs = new Map([['c', createChange('c', { change: 'opened', directive_id: 2 })]]);
    const batch = { backlogs, counts: new Map(), alarms: new Map() };
    assert.equal(mergeBatch(TWO, batch, { directive: 1, now: 250 }), TWO);
  });

  it('of a search by address leaves out what it cannot know of others', () => {
    const others = new Map([
      ['c', createChange('c', { change: 'opened' })],
      ['d', createChange('d', { change: 'ended', progress: 'timeout' })],
    ]);
    const batch = { backlogs: others, counts: new Map(), alarms: new Map() };
    const options = { directive: null, isSearch: true, now: 250 };
    assert.equal(mergeBatch(TWO, batch, options), TWO);
    const own = new Map([['a', createChange('a', { change: 'ended', progress: 'timeout' })]]);
    assert.equal(mergeBatch(TWO, { ...batch, backlogs: own }, options).total, 1);
  });

  it('takes a further page at its end, without those it has', () => {
    const page = { backlogs: [createRow('b'), createRow('d')], total: 3, next: 'more' };
    const list = addPage(TWO, page);
    assert.deepEqual(
      list.rows.map(({ alarm_id: id }) => id),
      ['a', 'b', 'd'],
    );
    assert.deepEqual([list.total, list.next], [3, 'more']);
  });

  it('is searched by title, address, name and id', () => {
    const row = createRow('k3X', { directive_id: 41007, names: { '10.0.0.1': 'db01' } });
    for (const q of ['ssh', '10.0', 'DB01', 'k3', '410', '']) assert.ok(fitsBacklog(row, q), q);
    for (const q of ['K3', 'web']) assert.ok(!fitsBacklog(row, q), q);
  });
});
