import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmRule } from '../../core/alarm/alarm-record.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import type { EventsSummary, KeptEvent } from '../../core/alarm/alarm-view.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import { alarmDetail, alarmEvents, type AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import type { AlarmEventsQuery, AlarmStore } from '../../state/alarm-store.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import type { AdminBed } from '../support/admin-bed.ts';
import { createAlarmBench, serveAlarms } from '../support/alarm-bench.ts';
import { makeAlarmState } from '../support/alarm-states.ts';

function rule(stage: number, changes: Partial<AlarmRule> = {}): AlarmRule {
  return {
    ...{ name: `rule ${String(stage)}`, stage, occurrence: 1, type: 'PluginRule', plugin_id: 1001 },
    ...{ from: '10.0.0.1', to: 'HOME_NET', port_from: 'ANY', port_to: 'ANY', protocol: 'ANY' },
    ...{ plugin_sid: [1], reliability: 5, timeout: 600 },
    ...changes,
  };
}

const DIRECTIVE: DirectiveSource = {
  ...{ id: 1, name: 'Brute force', kingdom: 'k', category: 'c', priority: 5, disabled: false },
  rules: [1, 2, 3].map((stage) => ({
    ...{ type: 'PluginRule', stage, occurrence: 1, reliability: 5 },
    ...{ from: stage === 1 ? 'ANY' : ':1', to: 'HOME_NET', port_to: stage === 3 ? ':2' : 'ANY' },
  })),
  ...{ description: 'What it means', runbook: 'https://wiki/x', attack: ['T1110.001'] },
  false_positives: ['a scanner of our own'],
};

/** Stage 1 finished, stage 2 under way with 3 of 5 events. */
const STATE = makeAlarmState({
  alarm: {
    ...{ alarm_id: 'abc', created_time: 1000, update_time: 1100, risk: 2 },
    rules: [
      rule(3, { port_to: ':2' }),
      rule(1, { status: 'finished', start_time: 990, end_time: 990 }),
      rule(2, { occurrence: 5, start_time: 990, reliability: 8 }),
    ],
    src_ips: ['10.0.0.1', '2001:db8::1'],
    dst_ips: ['192.168.0.1', '10.0.0.1'],
    intel_hits: [{ provider: 'Wise', term: '10.0.0.1', result: 'bad' }],
    vulnerabilities: [
      { provider: 'Nesd', term: '192.168.0.1:22', result: 'High - old ssh' },
      { provider: 'Nesd', term: '[2001:db8::1]:80', result: 'High - old www' },
    ],
  },
  ...{ stage: 2, stages: 3, events: 3, needed: 5, events_total: 5, deadline: 1700 },
  risks: [
    {
      ...{ stage: 1, time: 995, priority: 5, reliability: 5, asset_value: 2 },
      ...{ address: '192.168.0.1', risk: 2 },
    },
  ],
});

const EVENTS: readonly KeptEvent[] = [
  { src_ip: '10.0.0.1', src_port: 40_000, dst_ip: '192.168.0.1', dst_port: 443 },
  { src_ip: '10.0.0.1', src_port: 0, dst_ip: '192.168.0.1', dst_port: 22 },
].map((event, index) => ({ place: 2 - index, stage: 2 - index, event }));

const SUMMARY: EventsSummary = {
  ...{ total: 5, kept: 2, recorded: true, bucket_seconds: 60 },
  stages: [
    { stage: 1, total: 2, kept: 1 },
    { stage: 2, total: 3, kept: 1 },
  ],
  not_kept: [{ time: 960, stage: 2, count: 3 }],
};

/** A store in memory that also has the events of one alarm. */
function storeWithEvents(asked: AlarmEventsQuery[] = []): AlarmStore {
  const store = createMemoryAlarmStore();
  return {
    ...store,
    get: async (id) => {
      const found = await store.get(id);
      return found && { ...found, event_summary: SUMMARY };
    },
    events: (query) => {
      asked.push(query);
      const { alarmId, before = 3, limit } = query;
      const fitting = EVENTS.filter(({ place }) => alarmId === 'abc' && place < before);
      const events = fitting.slice(0, limit);
      const next = fitting.length > limit ? events.at(-1)?.place : undefined;
      return Promise.resolve({ events, next });
    },
  };
}

async function openAlarms(
  state: AlarmState = STATE,
  parts: Parameters<typeof createAlarmBench>[0] = {},
): Promise<AdminBed> {
  const bench = createAlarmBench({
    store: storeWithEvents(),
    directive: () => DIRECTIVE,
    ...parts,
  });
  await bench.put(state, makeAlarmState({ alarm: { alarm_id: 'other' } }));
  return serveAlarms(bench);
}

async function detailOf(...given: Parameters<typeof openAlarms>): Promise<AlarmDetail> {
  return (await (await openAlarms(...given)).send('GET', '/api/alarms/abc')).read(alarmDetail);
}

describe('GET /api/alarms/:id', () => {
  it('tells how each stage went, in order', async () => {
    const { stages } = await detailOf();
    const facts = stages.map(({ stage, state, needed, came, accepted, deadline, would_be }) => [
      ...[stage, state, needed, came, accepted, deadline, would_be],
    ]);
    assert.deepEqual(facts, [
      [1, 'finished', 1, 1, 2, null, null],
      // 5 × 8 × 4 of db01 ÷ 25
      [2, 'running', 5, 3, 3, 1700, 6],
      [3, 'waiting', 1, 0, 0, null, null],
    ]);
    assert.deepEqual(
      stages.map(({ started, ended }) => [started, ended]),
      [
        [990, 990],
        [990, null],
        [null, null],
      ],
    );
    assert.deepEqual(stages[0]?.risk, {
      ...{ time: 995, priority: 5, reliability: 5, asset_value: 2 },
      ...{ address: '192.168.0.1', risk: 2 },
    });
    assert.deepEqual(
      stages.map(({ references }) => references),
      [{}, { from: 1 }, { from: 1, port_to: 2 }],
    );
  });

  const endings: readonly (readonly [change: Partial<AlarmState>, states: string])[] = [
    [{ progress: 'timeout' }, 'finished timeout waiting'],
    [{ progress: 'stopped' }, 'finished ended waiting'],
    [{ progress: 'interrupted' }, 'finished ended waiting'],
    [{ progress: 'complete', stage: 3 }, 'finished finished finished'],
    [{ stage: 3 }, 'finished finished running'],
  ];
  for (const [change, expected] of endings) {
    it(`tells the stages of ${JSON.stringify(change)}`, async () => {
      const { stages } = await detailOf({ ...STATE, ...change });
      assert.equal(stages.map(({ state }) => state).join(' '), expected);
    });
  }

  it('tells what is known of each address', async () => {
    const { addresses } = await detailOf();
    const [wise, ssh, www] = [
      ...(STATE.alarm.intel_hits ?? []),
      ...(STATE.alarm.vulnerabilities ?? []),
    ];
    const none = { name: '', value: 0, home_net: false, networks: [] };
    assert.deepEqual(addresses, [
      {
        ...{ ip: '10.0.0.1', roles: ['from', 'to'], ...none, ports: [40_000] },
        ...{ hits: [wise], vulnerabilities: [], other_alarms: 1 },
      },
      {
        ...{ ip: '2001:db8::1', roles: ['from'], ...none, ports: [80] },
        ...{ hits: [], vulnerabilities: [www], other_alarms: 0 },
      },
      {
        ...{ ip: '192.168.0.1', roles: ['to'], name: 'db01', value: 4, home_net: true },
        ...{ networks: ['192.168.0.0/16'], ports: [22, 443], hits: [] },
        ...{ vulnerabilities: [ssh], other_alarms: 1 },
      },
    ]);
  });

  it('names the addresses of its events too, which it has itself only when their stage is finished', async () => {
    const early = { ...STATE, alarm: { ...STATE.alarm, dst_ips: [] } };
    assert.deepEqual((await detailOf(early)).names, { '192.168.0.1': 'db01' });
  });

  it('tells its history, newest first', async () => {
    const bed = await openAlarms({ ...STATE, progress: 'timeout' });
    await bed.send('PATCH', '/api/alarms/abc', { body: { status: 'Closed' } });
    const { history } = (await bed.send('GET', '/api/alarms/abc')).read(alarmDetail);
    assert.deepEqual(history, [
      { at: 10_000, by: 'ann', what: 'status', from: 'Open', value: 'Closed' },
      { at: 1700, by: '', what: 'ended', from: '', value: 'timeout' },
      { at: 995, by: '', what: 'stage', from: '', value: '1', risk: 2 },
      { at: 995, by: '', what: 'opened', from: '', value: '' },
    ]);
  });

  it('tells what its directive says of itself, the bounds of risk and what it is as of', async () => {
    const { directive, risk_bounds, as_of, event_summary } = await detailOf();
    assert.deepEqual(directive, {
      ...{ id: 1, name: 'Brute force', description: 'What it means', runbook: 'https://wiki/x' },
      ...{ false_positives: ['a scanner of our own'], attack: ['T1110.001'] },
    });
    assert.deepEqual(risk_bounds, { medium_from: 3, high_above: 6 });
    assert.deepEqual([as_of, event_summary], [2, SUMMARY]);
  });

  it('does without what is not known: directive, Kibana, terms, events', async () => {
    const bare = { ...STATE, directive_id: 0, risks: [] };
    const parts = { store: createMemoryAlarmStore(), directive: () => undefined };
    const { directive, kibana_url, stages, event_summary } = await detailOf(bare, parts);
    assert.deepEqual([directive, kibana_url, event_summary.recorded], [null, null, false]);
    assert.deepEqual(
      stages.map(({ risk, would_be, references }) => [risk, would_be, references]),
      [
        [null, null, {}],
        [null, null, {}],
        [null, null, { port_to: 2 }],
      ],
    );
  });

  it('leads to the document in Kibana, in a time that it is in', async () => {
    const { kibana_url } = await detailOf(STATE, { kibanaUrl: 'https://kibana.example/s/soc/' });
    const url = new URL(kibana_url ?? '');
    assert.equal(url.origin + url.pathname, 'https://kibana.example/s/soc/app/kibana');
    const hash = decodeURIComponent(url.hash);
    assert.ok(hash.includes(`query:'_id:"abc"'`), hash);
    assert.ok(hash.includes(`from:'1969-12-31T23:16:40.000Z',to:'1970-01-01T01:18:20.000Z'`), hash);
  });

  it('is 404 for an alarm that is not kept', async () => {
    const answer = await (await openAlarms()).send('GET', '/api/alarms/none');
    assert.deepEqual([answer.status, answer.code], [404, 'not_found']);
  });
});

describe('GET /api/alarms/:id/events', () => {
  it('gives kept events in pages, of a stage and a time', async () => {
    const asked: AlarmEventsQuery[] = [];
    const bed = await openAlarms(STATE, { store: storeWithEvents(asked) });
    const path = '/api/alarms/abc/events?limit=1&stage=2&time=960..1019';
    const first = (await bed.send('GET', path)).read(alarmEvents);
    assert.deepEqual(first.events, EVENTS.slice(0, 1));
    const next = (await bed.send('GET', `${path}&cursor=${first.next ?? ''}`)).read(alarmEvents);
    assert.deepEqual([next.events, next.next], [EVENTS.slice(1), null]);
    const query = { alarmId: 'abc', stage: 2, since: 960, until: 1019, limit: 1 };
    assert.deepEqual(asked, [
      { ...query, before: undefined },
      { ...query, before: 2 },
    ]);
  });

  it('is empty where none are kept, 404 without the alarm, 400 for what it does not know', async () => {
    const bed = await openAlarms();
    const statuses: number[] = [];
    for (const path of [
      'other/events',
      'none/events',
      'abc/events?stage=0',
      'abc/events?cursor=x',
    ]) {
      statuses.push((await bed.send('GET', `/api/alarms/${path}`)).status);
    }
    assert.deepEqual(statuses, [200, 404, 400, 400]);
  });
});
