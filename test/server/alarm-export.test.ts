import { parse } from 'csv-parse/sync';
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import { alarmRow } from '../../server/schemas/alarm-detail.ts';
import type { AlarmListQuery, AlarmStore } from '../../state/alarm-store.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import { ADMIN, type AdminBed } from '../support/admin-bed.ts';
import { createAlarmBench, serveAlarms } from '../support/alarm-bench.ts';
import { makeAlarmState } from '../support/alarm-states.ts';
import { waitUntil } from '../support/wait-until.ts';

const csvRows = z.array(z.record(z.string(), z.string()));

async function openAlarms(states: readonly AlarmState[], store?: AlarmStore): Promise<AdminBed> {
  const bench = createAlarmBench(store === undefined ? {} : { store });
  await bench.put(...states);
  return serveAlarms(bench);
}

function many(count: number): AlarmState[] {
  return Array.from({ length: count }, (_, index) =>
    makeAlarmState({ alarm: { alarm_id: `id-${String(index)}`, created_time: 1000 + index } }),
  );
}

/** A store whose lists are noted, and whose pages after the first can be made to wait or fail. */
function watchedStore(
  asked: AlarmListQuery[],
  later: () => Promise<void> = () => Promise.resolve(),
): AlarmStore {
  const store = createMemoryAlarmStore(100_000);
  return {
    ...store,
    list: async (query) => {
      asked.push(query);
      if (query.after !== undefined) await later();
      return store.list(query);
    },
  };
}

describe('GET /api/alarms/export', () => {
  it('gives all alarms of a filter in its order as NDJSON, the rows of the list', async () => {
    const bed = await openAlarms([...many(4321), makeAlarmState({ alarm: { status: 'Closed' } })]);
    const answer = await bed.send('GET', '/api/alarms/export?status=Open&sort=-created');
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
    assert.equal(
      answer.headers.get('content-disposition'),
      'attachment; filename="alarms-19700101T024640Z.ndjson"',
    );
    const rows = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => alarmRow.parse(JSON.parse(line)));
    assert.deepEqual(
      rows.map(({ alarm }) => alarm.alarm_id),
      many(4321)
        .map(({ alarm }) => alarm.alarm_id)
        .reverse(),
    );
    assert.deepEqual(rows[0]?.names, { '192.168.0.1': 'db01' });
  });

  it('gives a table as CSV in which nothing is a formula', async () => {
    const title = '=HYPERLINK("http://evil","x"), "quoted"\nsecond line';
    const bed = await openAlarms([
      makeAlarmState({
        alarm: {
          ...{ alarm_id: '-id', title, src_ips: ['10.0.0.1', '10.0.0.2'] },
          custom_data: [{ label: '@who', content: '+1' }],
        },
      }),
    ]);
    const answer = await bed.send('GET', '/api/alarms/export?format=csv');
    assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
    const [row] = csvRows.parse(parse(answer.text, { columns: true }));
    assert.deepEqual(
      [row?.['alarm_id'], row?.['title'], row?.['src_ips'], row?.['created_time']],
      ["'-id", `'${title}`, '10.0.0.1 10.0.0.2', '1970-01-01T00:16:40.000Z'],
    );
    for (const cell of Object.values(row ?? {})) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
  });

  it('of no alarm is empty, as CSV its head', async () => {
    const bed = await openAlarms([]);
    assert.equal((await bed.send('GET', '/api/alarms/export')).text, '');
    const { text } = await bed.send('GET', '/api/alarms/export?format=csv');
    assert.match(text, /^alarm_id,title,status,.*,node\n$/);
  });

  it('asks for the next page only when the client has read, and ends when it goes', async () => {
    const asked: AlarmListQuery[] = [];
    const bed = await openAlarms(many(60_000), watchedStore(asked));
    const headers = { authorization: `Bearer ${ADMIN}` };
    const requests = Array.from({ length: 8 }, () =>
      get(`${bed.url}/api/alarms/export`, { headers, agent: false }),
    );
    for (const request of requests) request.on('error', () => undefined);
    await waitUntil(() => asked.length >= 8, 'eight exports');
    const another = (): Promise<number> =>
      bed.send('GET', '/api/alarms/export?status=none').then(({ status }) => status);
    assert.equal(await another(), 503);
    // nobody reads: what the sockets hold, and no more, is made of 8 × 30 pages
    let before = -1;
    await waitUntil(() => {
      const isStill = asked.length === before;
      before = asked.length;
      return isStill;
    }, 'the exports to wait');
    assert.ok(asked.length < 120, String(asked.length));
    for (const request of requests) request.destroy();
    await waitUntil(async () => (await another()) === 200, 'the exports to end');
  });

  it('does not look whole when the store fails on the way, and is an error when it fails first', async () => {
    const asked: AlarmListQuery[] = [];
    const store = watchedStore(asked, () => Promise.reject(new Error('gone')));
    const bed = await openAlarms(many(2500), store);
    await assert.rejects(bed.send('GET', '/api/alarms/export'));
    const failing = await openAlarms([], {
      ...createMemoryAlarmStore(),
      list: () => Promise.reject(new Error('gone')),
    });
    assert.equal((await failing.send('GET', '/api/alarms/export')).status, 500);
  });

  it('is refused while eight others are under way', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked: AlarmListQuery[] = [];
    const bed = await openAlarms(
      many(2500),
      watchedStore(asked, () => gate),
    );
    const running = Array.from({ length: 8 }, () => bed.send('GET', '/api/alarms/export'));
    await waitUntil(() => asked.filter(({ after }) => after !== undefined).length === 8);
    const { status, code, headers } = await bed.send('GET', '/api/alarms/export');
    assert.deepEqual([status, code, headers.get('retry-after')], [503, 'busy', '5']);
    release();
    for (const { text } of await Promise.all(running)) assert.equal(text.split('\n').length, 2501);
    assert.equal((await bed.send('GET', '/api/alarms/export')).status, 200);
  });

  it('answers HEAD without making it', async () => {
    const bed = await openAlarms(many(3));
    const answer = await bed.send('HEAD', '/api/alarms/export');
    assert.deepEqual([answer.status, answer.text], [200, '']);
  });

  for (const query of ['format=xml', 'limit=5', 'sort=title']) {
    it(`is 400 for ${query}`, async () => {
      const bed = await openAlarms([]);
      assert.equal((await bed.send('GET', `/api/alarms/export?${query}`)).status, 400);
    });
  }
});
