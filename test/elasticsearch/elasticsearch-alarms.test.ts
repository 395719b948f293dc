import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isNetworkFault, parseNetwork, type Network } from '../../core/address/network.ts';
import type { AlarmFilter } from '../../core/alarm/alarm-filter.ts';
import type { AlarmSort } from '../../core/alarm/alarm-order.ts';
import { toAlarmDocument } from '../../elasticsearch/alarm-documents.ts';
import {
  createElasticsearchAlarms,
  type ElasticsearchAlarms,
} from '../../elasticsearch/elasticsearch-alarms.ts';
import { MIRROR_LIMITS } from '../../elasticsearch/elasticsearch-mirror.ts';
import { makeAlarmState } from '../support/alarm-states.ts';
import {
  skipWithoutOpensearch,
  startOpensearch,
  type OpensearchServer,
} from '../support/opensearch-server.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const COUNT = 300;
const NEWEST_FIRST: AlarmSort = { by: 'last', descending: true };

/** Ids in the order of the sort: several alarms share each second. */
const RECORDS = Array.from({ length: COUNT }, (_, place) => ({
  ...makeAlarmState().alarm,
  alarm_id: `alarm-${String((place * 7919) % COUNT).padStart(3, '0')}`,
  title: place === 5 ? 'Rare thing*' : 'Brute force',
  status: place % 3 === 0 ? 'Closed' : 'Open',
  risk: 1 + (place % 4),
  ...{ created_time: 1_700_000_000 + (place >> 6), update_time: 1_700_000_000 + (place >> 6) },
  src_ips: [place % 2 === 0 ? '10.1.2.3' : '192.168.0.9'],
}));

describe('alarms in a real OpenSearch', { skip: skipWithoutOpensearch() }, () => {
  let server: OpensearchServer;
  let alarms: ElasticsearchAlarms;
  before(async () => {
    server = await startOpensearch();
    await server.ask('PUT', '/_index_template/siem_alarms', {
      index_patterns: ['siem_alarms-*'],
      template: { mappings: { properties: { src_ips: { type: 'ip' }, dst_ips: { type: 'ip' } } } },
    });
    const lines = RECORDS.flatMap((record) => {
      const { index, id, source } = toAlarmDocument(
        record,
        Date.UTC(2026, 0, 1 + (record.risk % 2)),
      );
      return [JSON.stringify({ index: { _index: index, _id: id } }), JSON.stringify(source)];
    });
    await fetch(`${server.url}/_bulk?refresh=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    });
    alarms = createElasticsearchAlarms({
      ...{ url: server.url, folder: makeTemporaryFolder('alarms'), limits: MIRROR_LIMITS },
      clock: { wallMs: Date.now },
    });
  });
  after(async () => {
    await alarms.close(0);
    await server.stop();
  });

  async function listIds(filter: AlarmFilter, sort = NEWEST_FIRST, limit = 40): Promise<string[]> {
    const ids: string[] = [];
    let page = await alarms.list({ filter, sort, limit });
    for (;;) {
      ids.push(...page.alarms.map(({ alarm }) => alarm.alarm_id));
      assert.equal(page.alarms[0]?.alarm.rules.length ?? 0, 0);
      if (page.next === undefined) return ids;
      page = await alarms.list({ filter, sort, limit, after: page.next });
    }
  }
  const sorted = (ids: readonly string[]): string[] => [...ids].sort();

  for (const by of ['last', 'risk', 'created'] as const) {
    for (const descending of [true, false]) {
      it(`come page by page, each once, by ${by}, ${descending ? 'highest' : 'lowest'} first`, async () => {
        const sign = descending ? -1 : 1;
        const expected = [...RECORDS].sort(
          (left, right) =>
            (by === 'risk' ? sign * (left.risk - right.risk) : 0) ||
            sign * (left.update_time - right.update_time) ||
            (left.alarm_id < right.alarm_id ? -1 : 1),
        );
        const ids = await listIds({}, { by, descending });
        assert.deepEqual(
          ids,
          expected.map(({ alarm_id }) => alarm_id),
        );
      });
    }
  }

  const network = (text: string): Network => {
    const parsed = parseNetwork(text);
    if (isNetworkFault(parsed)) throw new Error(parsed.problem);
    return parsed;
  };
  type Fits = (record: (typeof RECORDS)[number]) => boolean;
  const filters: readonly (readonly [string, AlarmFilter, Fits])[] = [
    ['status', { is: { status: ['Closed'] } }, ({ status }) => status === 'Closed'],
    ['another status', { not: { status: ['Closed'] } }, ({ status }) => status !== 'Closed'],
    ['risk', { is: { minRisk: 3 } }, ({ risk }) => risk >= 3],
    [
      'source network',
      { is: { from: [network('10.1.0.0/16')] } },
      ({ src_ips }) => src_ips[0] === '10.1.2.3',
    ],
    [
      'any address',
      { is: { address: [network('192.168.0.9')] } },
      ({ src_ips }) => src_ips[0] === '192.168.0.9',
    ],
    [
      'time',
      { is: { time: { since: 1_700_000_001, until: 1_700_000_002 } } },
      ({ update_time }) => update_time === 1_700_000_001 || update_time === 1_700_000_002,
    ],
    ['words', { is: { q: 'THING* rar' } }, ({ title }) => title === 'Rare thing*'],
    ['an address as word', { is: { q: '10.1.2.3' } }, ({ src_ips }) => src_ips[0] === '10.1.2.3'],
    ['progress, which is not known', { is: { progress: ['running'] } }, () => false],
  ];
  for (const [name, filter, fits] of filters) {
    it(`are filtered by ${name}`, async () => {
      const expected = RECORDS.filter(fits).map(({ alarm_id }) => alarm_id);
      assert.deepEqual(sorted(await listIds(filter)), sorted(expected));
      const { total } = await alarms.list({ filter, sort: NEWEST_FIRST, limit: 1 });
      assert.equal(total, expected.length);
    });
  }

  it('are read, changed and deleted singly', async () => {
    const [record] = RECORDS;
    const id = record?.alarm_id ?? '';
    const found = await alarms.get(id);
    assert.deepEqual(found?.alarm, record);
    assert.equal(await alarms.change(id, { status: 'In-Progress' }), true);
    assert.equal((await alarms.get(id))?.alarm.status, 'In-Progress');
    assert.equal(await alarms.delete(id), true);
    assert.equal(await alarms.get(id), undefined);
    assert.equal(await alarms.change(id, { status: 'Open' }), false);
    assert.equal(await alarms.delete(id), false);
  });
});
