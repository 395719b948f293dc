import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { backlogListSchema, backlogSchema } from '../../../server/schemas/backlog.ts';
import { directivesFile, READER, startAdminBed, type AdminBed } from '../../support/admin-bed.ts';
import { createBacklogSummary } from '../../support/fake-engine-admin.ts';

const MANY = 100_000;

describe('/api/backlogs', () => {
  let bed: AdminBed;
  before(async () => {
    bed = await startAdminBed({
      files: {
        'directives_a.json': directivesFile({ id: 1 }),
        'assets_a.json':
          '{"assets":[{"name":"net","cidr":"10.0.0.0/8","value":1},{"name":"db01","cidr":"10.1.2.3","value":3}]}',
      },
    });
  });

  it('gives each backlog that lives throughout exactly once while others come and go', async () => {
    const { summaries } = bed.engine;
    summaries.clear();
    for (let index = 0; index < MANY; index += 1) {
      const alarmId = `b${String(index)}`;
      summaries.set(alarmId, createBacklogSummary(alarmId, { deadline: Math.floor(index / 100) }));
    }
    const seen = new Map<string, number>();
    const gone = new Set<string>();
    let next: string | null = '';
    let page = 0;
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const answer = await bed.send('GET', `/api/backlogs?limit=1000${cursor}`);
      const found = answer.read(backlogListSchema);
      for (const { alarm_id: id } of found.backlogs) seen.set(id, (seen.get(id) ?? 0) + 1);
      next = found.next;
      page += 1;
      // One that was on this page goes, one that will be on a later page goes, and new ones come on both sides.
      const [first, last] = [found.backlogs[0], found.backlogs.at(-1)];
      for (const id of [first?.alarm_id ?? '', `b${String(MANY - page)}`]) {
        if (summaries.delete(id)) gone.add(id);
      }
      const deadline = last?.deadline ?? 0;
      for (const [name, at] of [
        ['early', 0],
        ['late', deadline + 1],
      ] as const) {
        const alarmId = `${name}${String(page)}`;
        summaries.set(alarmId, createBacklogSummary(alarmId, { deadline: at }));
      }
    }
    assert.ok(page >= MANY / 1000);
    for (const [id, times] of seen) assert.equal(times, 1, id);
    for (let index = 0; index < MANY; index += 1) {
      const id = `b${String(index)}`;
      if (!gone.has(id)) assert.ok(seen.has(id), id);
    }
    summaries.clear();
  });

  it('tells names of addresses and how long the stage had', async () => {
    const { summaries } = bed.engine;
    summaries.clear();
    const changes = { from: ['203.0.113.7'], to: ['10.1.2.3'], allowed: 600 };
    summaries.set('named', createBacklogSummary('named', changes));
    const answer = await bed.send('GET', '/api/backlogs');
    const [row] = answer.read(backlogListSchema).backlogs;
    assert.deepEqual([row?.names, row?.allowed], [{ '10.1.2.3': 'db01' }, 600]);
    summaries.clear();
  });

  it('filters by directive and stage, soonest deadline first', async () => {
    const { summaries } = bed.engine;
    for (const [id, changes] of Object.entries({
      a: { deadline: 30, stage: 2 },
      b: { deadline: 10, stage: 2 },
      c: { deadline: 20, stage: 1 },
      d: { deadline: 5, directiveId: 2 },
    })) {
      summaries.set(id, createBacklogSummary(id, changes));
    }
    const ids = async (query: string): Promise<string[]> =>
      (await bed.send('GET', `/api/backlogs${query}`))
        .read(backlogListSchema)
        .backlogs.map(({ alarm_id }) => alarm_id);
    assert.deepEqual(await ids(''), ['d', 'b', 'c', 'a']);
    assert.deepEqual(await ids('?directive=1&stage=2'), ['b', 'a']);
    assert.deepEqual(await ids('?directive=2'), ['d']);
  });

  it('shows a backlog in full, and deletes it for an administrator only', async () => {
    bed.engine.summaries.set('abc', createBacklogSummary('abc', { title: 'seen' }));
    const shown = (await bed.send('GET', '/api/backlogs/abc')).read(backlogSchema);
    assert.equal(shown['title'], 'seen');
    assert.equal((await bed.send('DELETE', '/api/backlogs/abc', { token: READER })).status, 403);
    const deleted = await bed.send('DELETE', '/api/backlogs/abc');
    assert.deepEqual([deleted.status, deleted.text], [204, '']);
    assert.equal((await bed.send('DELETE', '/api/backlogs/abc')).status, 404);
    assert.equal((await bed.send('GET', '/api/backlogs/abc')).status, 404);
    const [entry] = bed.audit;
    assert.deepEqual([entry?.action, entry?.what], ['backlog.delete', 'abc']);
  });

  it('answers 400 for ids and cursors that are none', async () => {
    assert.equal((await bed.send('GET', '/api/backlogs/a%20b')).status, 400);
    assert.equal((await bed.send('GET', '/api/backlogs?cursor=abc')).code, 'invalid_cursor');
    assert.equal((await bed.send('GET', '/api/backlogs?stage=0')).status, 400);
  });
});
