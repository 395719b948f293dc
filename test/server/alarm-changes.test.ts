import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { alarmDetail, alarmList } from '../../server/schemas/alarm-detail.ts';
import { changedAlarm, changesAnswer, selectionAnswer } from '../../server/schemas/alarm-change.ts';
import { READER, type AdminBed } from '../support/admin-bed.ts';
import { createAlarmBench, serveAlarms, type AlarmBench } from '../support/alarm-bench.ts';
import { makeAlarmState } from '../support/alarm-states.ts';

const refusal = z.object({
  error: z.looseObject({ code: z.string(), message: z.string() }),
});

async function openAlarms(
  count = 1,
): Promise<{ readonly bench: AlarmBench; readonly bed: AdminBed }> {
  const bench = createAlarmBench();
  const ids = Array.from({ length: count }, (_, index) => `id-${String(index)}`);
  await bench.put(...ids.map((alarm_id) => makeAlarmState({ alarm: { alarm_id } })));
  return { bench, bed: await serveAlarms(bench) };
}

const MARKS = { status: 'Open', tag: 'Identified Threat', assignee: '', deleted: false };

describe('PATCH /api/alarms/:id', () => {
  it('changes what it names and answers with what was before', async () => {
    const { bench, bed } = await openAlarms();
    const body = { status: 'Closed', assignee: ' ann ', version: 0 };
    const changed = (await bed.send('PATCH', '/api/alarms/id-0', { body })).read(changedAlarm);
    const after = { ...MARKS, status: 'Closed', assignee: 'ann' };
    assert.deepEqual(changed, { id: 'id-0', version: 2, before: MARKS, after });
    assert.deepEqual(
      bench.recorded.map(({ what, value, by, role }) => [what, value, by, role]),
      [
        ['status', 'Closed', 'ann', 'admin'],
        ['assignee', 'ann', 'ann', 'admin'],
      ],
    );
  });

  it('is 409 with how the alarm is now when another version is meant', async () => {
    const { bed } = await openAlarms();
    await bed.send('PATCH', '/api/alarms/id-0', { body: { status: 'In-Progress' } });
    const body = { status: 'Closed', version: 0 };
    const answer = await bed.send('PATCH', '/api/alarms/id-0', { body });
    assert.equal(answer.status, 409);
    const { error } = answer.read(refusal);
    assert.deepEqual(
      [error.code, error['version'], error['by'], error['now']],
      ['changed', 1, 'ann', { ...MARKS, status: 'In-Progress' }],
    );
  });

  const wrong: readonly (readonly [body: unknown, words: RegExp])[] = [
    [{ status: 'Done' }, /must be one of Open, In-Progress, Closed/],
    [{ tag: 'Bad' }, /must be one of Identified Threat, False Positive/],
    [{ assignee: 'x'.repeat(101) }, /assignee/],
    [{ version: 1 }, /must set status, tag or assignee/],
    [{ status: 'Open', version: -1 }, /version/],
    [{ state: 'Open' }, /state/],
    [[], /must be an object/],
  ];
  for (const [body, words] of wrong) {
    it(`is 400 for ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const { bed } = await openAlarms();
      const answer = await bed.send('PATCH', '/api/alarms/id-0', { body });
      assert.equal(answer.status, 400);
      assert.match(answer.read(refusal).error.message, words);
    });
  }

  it('is 404 for an alarm that is not kept, 403 for who may only read, 405 for another path', async () => {
    const { bed } = await openAlarms();
    const body = { status: 'Closed' };
    const statuses = [
      (await bed.send('PATCH', '/api/alarms/none', { body })).status,
      (await bed.send('PATCH', '/api/alarms/id-0', { body, token: READER })).status,
      (await bed.send('PATCH', '/api/alarms/facets', { body })).status,
    ];
    assert.deepEqual(statuses, [404, 403, 405]);
  });
});

describe('the other changes of one alarm', () => {
  it('are comments, which its history tells', async () => {
    const { bed } = await openAlarms();
    const body = { text: ' known scanner\n' };
    assert.equal((await bed.send('POST', '/api/alarms/id-0/comments', { body })).status, 200);
    const { history, comments, version } = (await bed.send('GET', '/api/alarms/id-0')).read(
      alarmDetail,
    );
    const [newest] = history;
    assert.deepEqual(
      [newest?.what, newest?.value, newest?.by],
      ['comment', 'known scanner', 'ann'],
    );
    assert.deepEqual([comments, version], [1, 0]);
    for (const text of ['', '  ', 'x'.repeat(4001), 7]) {
      const answer = await bed.send('POST', '/api/alarms/id-0/comments', { body: { text } });
      assert.equal(answer.status, 400);
    }
  });

  it('are deletion, which hides it, and restoring it', async () => {
    const { bed } = await openAlarms();
    const deleted = (await bed.send('DELETE', '/api/alarms/id-0')).read(changedAlarm);
    assert.deepEqual(deleted.after, { ...MARKS, deleted: true });
    assert.equal((await bed.send('GET', '/api/alarms/id-0')).status, 404);
    assert.equal((await bed.send('GET', '/api/alarms')).read(alarmList).total, 0);
    const body = { status: 'Closed' };
    const late = await bed.send('PATCH', '/api/alarms/id-0', { body });
    assert.deepEqual([late.status, late.code], [409, 'deleted']);
    assert.equal((await bed.send('POST', '/api/alarms/id-0/restore')).status, 200);
    assert.equal((await bed.send('GET', '/api/alarms')).read(alarmList).total, 1);
  });

  it('are the first look, which counts once', async () => {
    const { bench, bed } = await openAlarms();
    await bed.send('POST', '/api/alarms/id-0/look');
    await bed.send('POST', '/api/alarms/id-0/look');
    assert.equal(bench.recorded.length, 1);
    const { first_look } = (await bed.send('GET', '/api/alarms/id-0')).read(alarmDetail);
    assert.equal(first_look, 10_000);
  });

  it('are 503 when they cannot be recorded', async () => {
    const bench = createAlarmBench({
      desk: {
        change: () => Promise.reject(new Error('disk full')),
        changeSelection: () => Promise.reject(new Error('disk full')),
      },
    });
    const bed = await serveAlarms(bench);
    const { status, code } = await bed.send('DELETE', '/api/alarms/id-0');
    assert.deepEqual([status, code], [503, 'not_recorded']);
  });
});

describe('POST /api/alarms/changes', () => {
  it('changes those in the version that is meant and names the others', async () => {
    const { bed } = await openAlarms(3);
    await bed.send('PATCH', '/api/alarms/id-1', { body: { tag: 'False Positive' } });
    const set = { status: 'Closed', comment: 'all the same' };
    const changes = ['id-0', 'id-1', 'none'].map((id) => ({ id, version: 0, set }));
    const answer = await bed.send('POST', '/api/alarms/changes', { body: { changes } });
    const { changed, skipped } = answer.read(changesAnswer);
    assert.deepEqual(
      changed.map(({ id, before, after }) => [id, before.status, after.status]),
      [['id-0', 'Open', 'Closed']],
    );
    assert.deepEqual(skipped, [
      {
        ...{ id: 'id-1', reason: 'changed', version: 1, by: 'ann' },
        now: { ...MARKS, tag: 'False Positive' },
      },
      { id: 'none', reason: 'not_found' },
    ]);
  });

  it('takes at most 500, each of which sets something that there is', async () => {
    const { bed, bench } = await openAlarms();
    const set = { status: 'Closed' };
    const many = Array.from({ length: 501 }, () => ({ id: 'id-0', set }));
    const bodies = [
      { changes: many },
      { changes: [] },
      { changes: [{ id: 'id-0', set: {} }] },
      {
        changes: [
          { id: 'id-0', set },
          { id: 'id-0', set: { status: 'Done' } },
        ],
      },
    ];
    for (const body of bodies) {
      assert.equal((await bed.send('POST', '/api/alarms/changes', { body })).status, 400);
    }
    assert.deepEqual(bench.recorded, []);
  });
});

describe('POST /api/alarms/changes/selection', () => {
  it('goes through a filter in steps and leaves later alarms alone', async () => {
    const { bench, bed } = await openAlarms(5);
    const { as_of } = (await bed.send('GET', '/api/alarms')).read(alarmList);
    await bench.put(makeAlarmState({ alarm: { alarm_id: 'id-later' } }));
    const ids: string[] = [];
    let after: string | undefined;
    for (const left of [3, 1, 0]) {
      const body = {
        ...{ filter: { status: 'Open', min_risk: 2, time: '3h' }, as_of, limit: 2, after },
        set: { status: 'Closed' },
      };
      const answer = await bed.send('POST', '/api/alarms/changes/selection', { body });
      const step = answer.read(selectionAnswer);
      ids.push(...step.changed.map(({ id }) => id));
      assert.equal(step.left, left);
      assert.equal(step.next === null, left === 0);
      after = step.next ?? undefined;
    }
    assert.deepEqual(ids, ['id-0', 'id-1', 'id-2', 'id-3', 'id-4']);
    const open = (await bed.send('GET', '/api/alarms?status=Open')).read(alarmList);
    assert.deepEqual(
      open.alarms.map(({ alarm }) => alarm.alarm_id),
      ['id-later'],
    );
  });

  it('refuses a filter or step that it does not know, and a list of another run', async () => {
    const { bed } = await openAlarms();
    const body = { filter: {}, as_of: 1, set: { status: 'Closed' } };
    const cases: readonly (readonly [change: object, status: number, code: string])[] = [
      [{ filter: { state: 'Open' } }, 400, 'invalid_request'],
      [{ filter: { min_risk: 11 } }, 400, 'invalid_request'],
      [{ set: { tag: 'Bad' } }, 400, 'invalid_request'],
      [{ limit: 1001 }, 400, 'invalid_request'],
      [{ after: 'id-0' }, 400, 'invalid_cursor'],
      [{ as_of: 2 }, 409, 'other_run'],
    ];
    for (const [change, status, code] of cases) {
      const answer = await bed.send('POST', '/api/alarms/changes/selection', {
        body: { ...body, ...change },
      });
      assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(change));
    }
  });
});
