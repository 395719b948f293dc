import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyWish,
  keepPending,
  refuseWish,
  settleWish,
} from '../../../web/alarms/list/own-changes.ts';
import { shownRows, type QueueList } from '../../../web/alarms/list/queue-list.ts';
import type { Marks, QueueRow } from '../../../web/alarms/list/queue-row.ts';
import { sendChanges, sendSelection } from '../../../web/alarms/list/send-changes.ts';
import { formerMarks, isUndoable, pushUndo } from '../../../web/alarms/list/undo-stack.ts';
import { makeList, makeRow } from '../../support/queue-rows.ts';

const isOpen = ({ alarm, deleted }: QueueRow): boolean => alarm.status === 'Open' && !deleted;
const OPEN: Marks = { status: 'Open', tag: 'Identified Threat', assignee: '', deleted: false };
const CLOSED: Marks = { ...OPEN, status: 'Closed' };
const close = { ids: ['a'], set: { status: 'Closed' }, fits: isOpen };
const settling = { now: 1000, fits: isOpen };

describe('an own change', () => {
  it('is shown at once, and takes the row out of the list', () => {
    const list = applyWish(makeList(makeRow('a'), makeRow('b')), close);
    assert.deepEqual(ids(list), ['b']);
    assert.equal(list.rows.get('a')?.alarm.status, 'Closed');
  });

  it('puts the row back where it was when the engine refuses', () => {
    const before = makeList(makeRow('a'), makeRow('b'));
    const after = refuseWish(applyWish(before, close), close);
    assert.deepEqual(ids(after), ['a', 'b']);
    assert.deepEqual(after.rows.get('a'), before.rows.get('a'));
    assert.equal(after.overlays.size, 0);
  });

  it('takes a refused comment back too', () => {
    const comment = { ids: ['a'], set: { comment: 'x' }, fits: isOpen };
    const list = refuseWish(applyWish(makeList(makeRow('a')), comment), comment);
    assert.equal(list.rows.get('a')?.comments, 0);
  });

  it('keeps what a later one shows while the earlier one is answered', () => {
    const first = applyWish(makeList(makeRow('a')), close);
    const second = applyWish(first, { ...close, set: { status: 'Open' } });
    const settled = settleWish(second, [{ id: 'a', version: 1, now: CLOSED }], settling);
    assert.deepEqual(ids(settled), ['a']);
    assert.equal(settled.rows.get('a')?.version, 1);
    const refused = refuseWish(settled, { ...close, set: { status: 'Open' } });
    assert.equal(refused.rows.get('a')?.alarm.status, 'Closed');
  });

  it('shows how somebody else made an alarm that was left alone', () => {
    const list = applyWish(makeList(makeRow('a')), close);
    const now = { ...OPEN, status: 'In-Progress' };
    const skipped = [{ id: 'a', version: 4, now, by: 'analyst2' }];
    const after = settleWish(list, skipped, settling);
    assert.deepEqual(ids(after), ['a']);
    assert.equal(after.rows.get('a')?.departed, 'In-Progress by analyst2');
    assert.equal(after.rows.get('a')?.version, 4);
  });

  it('stands over a list that was taken anew before its answer', () => {
    const wished = applyWish(makeList(makeRow('a')), close);
    const anew = keepPending(makeList(makeRow('a'), makeRow('b')), wished.overlays, isOpen);
    assert.deepEqual(ids(anew), ['b']);
    const settled = settleWish(wished, [{ id: 'a', version: 1, now: CLOSED }], settling);
    assert.equal(keepPending(makeList(makeRow('a')), settled.overlays, isOpen).overlays.size, 0);
  });
});

describe('an undo', () => {
  it('restores what the change touched, as each alarm had it', () => {
    const before = { ...OPEN, status: 'In-Progress', assignee: 'ann' };
    assert.deepEqual(formerMarks({ status: 'Closed' }, before), { status: 'In-Progress' });
    assert.deepEqual(formerMarks({ deleted: true }, before), { deleted: false });
    assert.deepEqual(formerMarks({ assignee: '' }, before), { assignee: 'ann' });
  });

  it('is there for the last 20 changes, and none for comments', () => {
    let stack: Parameters<typeof pushUndo>[0] = [];
    for (let index = 0; index < 25; index += 1) {
      stack = pushUndo(stack, { set: { tag: String(index) }, done: Promise.resolve([]) });
    }
    assert.equal(stack.length, 20);
    assert.equal(stack[0]?.set.tag, '5');
    assert.equal(isUndoable({ comment: 'x' }), false);
    assert.equal(isUndoable({ comment: 'x', tag: 'y' }), true);
  });
});

describe('sending changes', () => {
  const watch = { isStopped: () => false, progress: () => undefined };

  it('goes in steps of 500 and tells how far it is', async () => {
    const sizes: number[] = [];
    const told: [number, number][] = [];
    const sent = await sendChanges(
      {
        change: (changes) => {
          sizes.push(changes.length);
          const changed = changes.map(({ id }) => done(id));
          return Promise.resolve({ changed, skipped: [] });
        },
      },
      changesOf(1200),
      { ...watch, progress: (...so) => told.push(so) },
    );
    assert.deepEqual(sizes, [500, 500, 200]);
    assert.deepEqual(told, [
      [500, 1200],
      [1000, 1200],
    ]);
    assert.equal(sent.changed.length, 1200);
    assert.equal(sent.stopped, false);
  });

  it('asks again for an alarm that only seems changed, and not for one that is', async () => {
    const asked: (readonly object[])[] = [];
    const skipped = [
      { id: 'c0', reason: 'changed' as const, version: 3, now: OPEN, by: 'me' },
      { id: 'c1', reason: 'changed' as const, version: 3, now: CLOSED, by: 'ann' },
    ];
    const sent = await sendChanges(
      {
        change: (changes) => {
          asked.push(changes);
          const isFirst = asked.length === 1;
          return Promise.resolve(
            isFirst ? { changed: [], skipped } : { changed: [done('c0')], skipped: [] },
          );
        },
      },
      changesOf(2),
      watch,
    );
    assert.deepEqual(asked[1], [{ id: 'c0', version: 3, set: { status: 'Closed' } }]);
    assert.deepEqual(
      [sent.changed.map(({ id }) => id), sent.skipped.map(({ id }) => id)],
      [['c0'], ['c1']],
    );
  });

  it('keeps what was done when a later step fails', async () => {
    let step = 0;
    const failure = new Error('gone');
    const sent = await sendChanges(
      {
        change: (changes) => {
          step += 1;
          if (step === 2) return Promise.reject(failure);
          return Promise.resolve({ changed: changes.map(({ id }) => done(id)), skipped: [] });
        },
      },
      changesOf(700),
      watch,
    );
    assert.equal(sent.failure, failure);
    assert.equal(sent.changed.length, 500);
  });

  it('by filter goes on to the last step, or until it is stopped', async () => {
    const afters: (string | null)[] = [];
    const port = {
      changeNext: (after: string | null) => {
        afters.push(after);
        const next = afters.length < 3 ? String(afters.length) : null;
        const left = 3 - afters.length;
        return Promise.resolve({ changed: [done('a')], skipped: [], next, left });
      },
    };
    const told: [number, number][] = [];
    const all = await sendSelection(port, { ...watch, progress: (...so) => told.push(so) });
    assert.deepEqual(afters, [null, '1', '2']);
    assert.deepEqual(told, [
      [1, 3],
      [2, 3],
    ]);
    assert.deepEqual([all.changed.length, all.stopped], [3, false]);
    afters.length = 0;
    const some = await sendSelection(port, { ...watch, isStopped: () => afters.length >= 2 });
    assert.deepEqual([some.changed.length, some.stopped], [2, true]);
  });
});

function done(id: string) {
  return { id, version: 1, before: OPEN, after: CLOSED };
}

function changesOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: `c${String(index)}`, version: 0, set: { status: 'Closed' }, expected: OPEN },
  }));
}

function ids(list: QueueList): string[] {
  return shownRows(list).map(({ alarm }) => alarm.alarm_id);
}
