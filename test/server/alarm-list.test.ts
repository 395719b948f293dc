import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { AlarmStoreFailedError } from '../../core/alarm/alarm-store-failed-error.ts';
import { alarmList } from '../../server/schemas/alarm-detail.ts';
import { alarmStatistics } from '../../server/schemas/alarm-statistics.ts';
import { alarmFacets } from '../../server/schemas/alarm.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import type { AdminBed } from '../support/admin-bed.ts';
import { createAlarmBench, serveAlarms, type AlarmBench } from '../support/alarm-bench.ts';
import { makeAlarmState } from '../support/alarm-states.ts';

const STATES = [
  makeAlarmState({ alarm: { alarm_id: 'a', risk: 2, update_time: 9000, status: 'Open' } }),
  makeAlarmState({
    alarm: { alarm_id: 'b', risk: 5, risk_class: 'Medium', update_time: 9500, status: 'Closed' },
    ...{ progress: 'complete', directive_id: 7 },
  }),
  makeAlarmState({
    alarm: {
      ...{ alarm_id: 'c', risk: 8, risk_class: 'High', update_time: 4000, tag: 'False Positive' },
      intel_hits: [{ provider: 'Wise', term: '10.0.0.1', result: 'a bad one' }],
    },
  }),
];

describe('alarms over REST', () => {
  let bench: AlarmBench;
  let bed: AdminBed;
  before(async () => {
    bench = createAlarmBench();
    await bench.put(...STATES);
    bed = await serveAlarms(bench);
    const ann = { name: 'ann', role: 'admin', from: '127.0.0.1' };
    await bench.desk.change([{ id: 'b', wish: { assignee: 'ann', comment: 'seen' } }], ann);
  });

  async function idsOf(query: string): Promise<string> {
    const { alarms } = (await bed.send('GET', `/api/alarms?${query}`)).read(alarmList);
    return alarms.map(({ alarm }) => alarm.alarm_id).join('');
  }

  const queries: readonly (readonly [query: string, ids: string])[] = [
    ['', 'bac'],
    ['sort=last', 'cab'],
    ['sort=-risk', 'cba'],
    ['status=Open', 'ac'],
    ['status=Open&status=Closed', 'bac'],
    ['not.status=Open,In-Progress', 'b'],
    ['risk=High,Medium', 'bc'],
    ['min_risk=5', 'bc'],
    ['progress=complete,running', 'bac'],
    ['directive=7', 'b'],
    ['not.directive=7&from=10.0.0.0/8', 'ac'],
    ['address=192.168.0.1,::1', 'bac'],
    ['to=10.0.0.1', ''],
    ['assignee=ann', 'b'],
    ['assignee=', 'ac'],
    ['not.assignee=ann', 'ac'],
    ['assignee=,ann', 'bac'],
    ['time=20m', 'ba'],
    ['time=4000..9000', 'ac'],
    ['not.time=9001..', 'ac'],
    ['q=false%20POSITIVE', 'c'],
    ['not.q=false', 'ba'],
  ];
  for (const [query, ids] of queries) {
    it(`are for "${query}" those that fit, in order`, async () => {
      assert.equal(await idsOf(query), ids);
    });
  }

  const wrong = [
    ...['sort=title', 'risk=Huge', 'address=10.0.0.1/8', 'time=yesterday', 'limit=0', 'limit=1001'],
    ...['state=Open', 'status='],
  ];
  for (const query of wrong) {
    it(`are refused for "${query}"`, async () => {
      const { status, code } = await bed.send('GET', `/api/alarms?${query}`);
      assert.deepEqual([status, code], [400, 'invalid_request']);
    });
  }

  it('come in pages, with a cursor that is good for the same order only', async () => {
    const first = (await bed.send('GET', '/api/alarms?limit=2')).read(alarmList);
    assert.deepEqual([first.alarms.length, first.total], [2, 3]);
    const cursor = first.next ?? '';
    assert.equal(await idsOf(`cursor=${cursor}`), 'c');
    for (const query of [`cursor=${cursor}&sort=risk`, 'cursor=x']) {
      const { status, code } = await bed.send('GET', `/api/alarms?${query}`);
      assert.deepEqual([status, code], [400, 'invalid_cursor']);
    }
  });

  it('are rows with names, findings, handling and the change that they are as of', async () => {
    const { alarms, as_of } = (await bed.send('GET', '/api/alarms')).read(alarmList);
    assert.equal(as_of, 5);
    assert.deepEqual(
      alarms.map(({ names, intel, assignee, comments, version }) => ({
        ...{ names, intel, assignee, comments, version },
      })),
      [
        { intel: false, assignee: 'ann', comments: 1, version: 1 },
        { intel: false, assignee: '', comments: 0, version: 0 },
        { intel: true, assignee: '', comments: 0, version: 0 },
      ].map((row) => ({ ...row, names: { '192.168.0.1': 'db01' } })),
    );
  });

  it('are counted by facets, those that were asked for in full', async () => {
    const facets = (await bed.send('GET', '/api/alarms/facets?status=Open&limit=1')).read(
      alarmFacets,
    );
    assert.deepEqual(facets.status, {
      values: [{ value: 'Open', count: 2 }],
      rest: { values: 1, count: 1 },
    });
    assert.deepEqual(facets.directive, {
      values: [{ value: '1', count: 2 }],
      rest: { values: 0, count: 0 },
    });
    assert.deepEqual(facets.names.address, { '192.168.0.1': 'db01' });
    const many = createAlarmBench();
    const ids = Array.from({ length: 9 }, (_, index) => index + 1);
    await many.put(
      ...ids.map((id) =>
        makeAlarmState({ alarm: { alarm_id: String(id) }, directive_id: id, progress: 'running' }),
      ),
    );
    const other = await serveAlarms(many);
    const path = '/api/alarms/facets?limit=1000000&facet=directive';
    assert.equal((await other.send('GET', path)).read(alarmFacets).directive.values.length, 9);
    const few = (await other.send('GET', path.replace('directive', 'status'))).read(alarmFacets);
    assert.equal(few.directive.values.length, 5);
    assert.deepEqual(few.directive.rest, { values: 4, count: 4 });
  });

  it('are counted over time', async () => {
    const path = '/api/alarms/statistics?by=risk&of=last&since=3600&until=10800&bucket=1h';
    assert.deepEqual((await bed.send('GET', path)).read(alarmStatistics), {
      ...{ since: 3600, bucket_seconds: 3600 },
      series: [
        { value: 'High', counts: [1, 0] },
        { value: 'Low', counts: [0, 1] },
        { value: 'Medium', counts: [0, 1] },
      ],
      ...{ rest: [0, 0], first_look_seconds: { median: 9000, of: 1 }, close_seconds: null },
    });
    const usual = (await bed.send('GET', '/api/alarms/statistics?since=2h')).read(alarmStatistics);
    assert.ok(usual.rest.length > 10 && usual.rest.length <= 121, String(usual.rest.length));
  });

  const wrongTimes = [
    ...['since=100&until=100', 'since=1&until=2002&bucket=1', 'bucket=0'],
    ...['since=yesterday', 'bucket=fast', 'by=title', 'limit=0'],
  ];
  for (const query of wrongTimes) {
    it(`are not counted over time for "${query}"`, async () => {
      const { status, code } = await bed.send('GET', `/api/alarms/statistics?${query}`);
      assert.deepEqual([status, code], [400, 'invalid_request']);
    });
  }
});

it('alarms are answered 503 while their store fails, with the reason', async () => {
  const failing = (): Promise<never> =>
    Promise.reject(new AlarmStoreFailedError('the disk is full'));
  const store = { ...createMemoryAlarmStore(), list: failing, get: failing };
  const bed = await serveAlarms(createAlarmBench({ store }));
  for (const path of ['/api/alarms', '/api/alarms/a']) {
    const answer = await bed.send('GET', path);
    assert.equal(answer.status, 503);
    assert.match(answer.text, /"code":"store_failing".*the disk is full/);
  }
});
