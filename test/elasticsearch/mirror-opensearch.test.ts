import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import type { OpensearchServer } from '../support/opensearch-server.ts';
import { skipWithoutOpensearch, startOpensearch } from '../support/opensearch-server.ts';
import { openMirrorBed } from '../support/mirror-bed.ts';
import { waitUntil } from '../support/wait-until.ts';

const hits = z.object({
  hits: z.object({
    hits: z.array(
      z.object({ _index: z.string(), _id: z.string(), _source: z.record(z.string(), z.unknown()) }),
    ),
  }),
});

const TEMPLATE = {
  index_patterns: ['siem_alarms-*'],
  template: {
    aliases: { siem_alarms: {}, siem_alarms_id_lookup: {} },
    mappings: { properties: { src_ips: { type: 'ip' }, dst_ips: { type: 'ip' } } },
  },
};

describe('the mirror with a real OpenSearch', { skip: skipWithoutOpensearch() }, () => {
  let server: OpensearchServer;
  before(async () => {
    server = await startOpensearch();
    await server.ask('PUT', '/_index_template/siem_alarms', TEMPLATE);
  });
  after(() => server.stop());

  async function put(index: string, id: string, source: object): Promise<void> {
    await server.ask('PUT', `/${index}/_doc/${id}?refresh=true`, source);
  }
  function putAlarm(id: string, day = '2026.01.01'): Promise<void> {
    const index = `siem_alarms-${day}`;
    const time = '2026-01-01T00:00:00.000Z';
    const alarm = { title: id, status: 'Open', tag: 'Identified Threat', risk: 3 };
    return put(index, id, { ...alarm, timestamp: time, updated_time: time, perm_index: index });
  }
  async function ids(indices: string): Promise<string[]> {
    const answer = await server.ask('POST', `/${indices}/_search?size=5000`);
    return hits
      .parse(answer)
      .hits.hits.map(({ _id }) => _id)
      .sort();
  }
  async function read(id: string): Promise<Record<string, unknown>[]> {
    const answer = await server.ask('POST', '/siem_alarms/_search', {
      query: { ids: { values: [id] } },
    });
    return hits.parse(answer).hits.hits.map(({ _index, _source }) => ({ _index, ..._source }));
  }

  it('changes status and tag in whatever day’s index the alarm is, and nothing else', async (t) => {
    await putAlarm('marks-old', '2025.12.01');
    await putAlarm('marks-new', '2026.01.02');
    await putAlarm('marks-other', '2026.01.02');
    const { mirror, act } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    act(['status', 'marks-old', 'Closed'], ['tag', 'marks-new', 'False Positive']);
    act(['comment', 'marks-other', 'a comment'], ['assignee', 'marks-other', 'bob']);
    await waitUntil(() => mirror.figures().sent === 2);
    const [old] = await read('marks-old');
    assert.equal(old?.['status'], 'Closed');
    assert.equal(old['tag'], 'Identified Threat');
    assert.equal(old['title'], 'marks-old');
    assert.equal((await read('marks-new'))[0]?.['tag'], 'False Positive');
    assert.equal((await read('marks-other'))[0]?.['assignee'], undefined);
    assert.deepEqual(mirror.figures(), {
      ...{ queued: 0, sent: 2, failed: 0, lost: 0, lastError: undefined },
    });
  });

  it('waits for an alarm that its shipper has not brought yet', async (t) => {
    const { mirror, act } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    act(['status', 'late', 'Closed']);
    await waitUntil(() => mirror.figures().queued === 1);
    await putAlarm('late');
    await waitUntil(() => mirror.figures().sent === 1);
    assert.equal((await read('late'))[0]?.['status'], 'Closed');
  });

  it('deletes an alarm with its events, but not the events of other alarms, and puts all back', async (t) => {
    await putAlarm('gone');
    await putAlarm('stays');
    const count = 1200;
    const lines: string[] = [];
    for (let place = 0; place < count; place += 1) {
      const event_id = `event-${String(place)}`;
      lines.push(JSON.stringify({ index: { _index: 'siem_events-2026.01.01', _id: event_id } }));
      lines.push(JSON.stringify({ event_id, title: 'an event' }));
      lines.push(JSON.stringify({ index: { _index: 'siem_alarm_events-2026.01.01' } }));
      lines.push(JSON.stringify({ alarm_id: 'gone', stage: 1, event_id }));
    }
    lines.push(
      JSON.stringify({ index: { _index: 'siem_alarm_events-2026.01.02', _id: 'shared' } }),
    );
    lines.push(JSON.stringify({ alarm_id: 'stays', stage: 1, event_id: 'event-7' }));
    const response = await fetch(`${server.url}/_bulk?refresh=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    });
    assert.equal(response.status, 200);
    const { mirror, act, tellAlarm } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    const links = await ids('siem_alarm_events-*');

    act(['status', 'gone', 'Closed'], ['delete', 'gone']);
    await waitUntil(() => mirror.figures().sent === 1, 'the deletion', 30_000);
    assert.deepEqual(await read('gone'), []);
    assert.equal((await read('stays')).length, 1);
    assert.deepEqual(await ids('siem_alarm_events-*'), ['shared']);
    assert.deepEqual(await ids('siem_events-*'), ['event-7']);

    tellAlarm({ alarm_id: 'gone', status: 'In-Progress' });
    act(['restore', 'gone']);
    await waitUntil(() => mirror.figures().sent === 2, 'the restoration', 30_000);
    const [back] = await read('gone');
    assert.equal(back?.['_index'], 'siem_alarms-2026.01.01');
    assert.equal(back['title'], 'gone');
    assert.equal(back['status'], 'In-Progress');
    assert.deepEqual(await ids('siem_alarm_events-*'), links);
    assert.equal((await ids('siem_events-*')).length, count);
  });

  it('indexes a restored alarm of which nothing was kept as the pipeline would', async (t) => {
    const { mirror, act, tellAlarm } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    tellAlarm({ alarm_id: 'anew', status: 'Closed', update_time: 1_700_000_000 });
    act(['restore', 'anew']);
    await waitUntil(() => mirror.figures().sent === 1);
    const [alarm] = await read('anew');
    assert.equal(alarm?.['status'], 'Closed');
    assert.equal(alarm['updated_time'], '2023-11-14T22:13:20.000Z');
    assert.equal(alarm['perm_index'], alarm['_index']);
    assert.equal(alarm['alarm_id'], undefined);
  });

  it('deletes again what a shipper brings after the deletion', async (t) => {
    const { mirror, act } = await openMirrorBed(server.url, {
      limits: { sweepsMs: [300, 1_000, 2_000, 4_000] },
    });
    t.after(() => mirror.close(0));
    act(['delete', 'comes-late']);
    await waitUntil(() => mirror.figures().sent === 1);
    await putAlarm('comes-late');
    await waitUntil(async () => (await read('comes-late')).length === 0);
    assert.equal(mirror.figures().sent, 1);
  });

  it('has the same of the two lines for Logstash that the documentation gives', async () => {
    const path = join(import.meta.dirname, '..', '..', 'docs', 'elasticsearch.md');
    const [, source = ''] = /```painless\n([^`]+)```/.exec(readFileSync(path, 'utf8')) ?? [];
    assert.equal(source.trim().split('\n').length, 2);
    await putAlarm('piped');
    const event = { status: 'Closed', tag: 'False Positive', title: 'not this' };
    await server.ask('POST', '/siem_alarms-2026.01.01/_update/piped?refresh=true', {
      script: { lang: 'painless', source, params: { event } },
    });
    const [alarm] = await read('piped');
    assert.deepEqual(
      [alarm?.['status'], alarm?.['tag'], alarm?.['title']],
      ['Closed', 'False Positive', 'piped'],
    );
  });
});
