import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { AnyApiRoute } from '../../server/api-route.ts';
import { AnswerError } from '../../server/error-answer.ts';
import { alarmRoutes } from '../../server/routes/alarms.ts';
import { alarmFacets, alarmList, alarmState } from '../../server/schemas/alarm.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import { makeAlarmState } from '../support/alarm-states.ts';

const NOW = 10_000;

async function openRoutes(states: readonly AlarmState[]): Promise<readonly AnyApiRoute[]> {
  const store = createMemoryAlarmStore();
  await store.apply(
    states.map((state, index) => ({ sequence: index + 1, change: { type: 'alarm', state } })),
  );
  return alarmRoutes({ store, clock: { wallMs: () => NOW * 1000 } });
}

async function ask(
  routes: readonly AnyApiRoute[],
  path: string,
  request: { query?: Record<string, unknown>; params?: Record<string, string> } = {},
): Promise<unknown> {
  const route = routes.find((each) => each.path === path);
  assert.ok(route !== undefined);
  const { query = {}, params = {} } = request;
  const caller = { name: 'reader', role: 'reader', from: '127.0.0.1' } as const;
  const answer = await route.handle({ query, params, body: undefined, headers: {}, caller });
  assert.equal(answer.status, 200);
  const schema = route.answers[200];
  assert.ok(schema !== undefined);
  const body: unknown = JSON.parse(JSON.stringify(answer.body));
  assert.deepEqual(schema.parse(body), body);
  return body;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AnswerError);
  return `${String(error.answer.status)} ${error.answer.code}`;
}

const states = [
  makeAlarmState({ alarm: { alarm_id: 'a', risk: 2, update_time: 9000, status: 'Open' } }),
  makeAlarmState({
    alarm: { alarm_id: 'b', risk: 5, risk_class: 'Medium', update_time: 9500, status: 'Closed' },
    progress: 'complete',
    directive_id: 7,
  }),
  makeAlarmState({
    alarm: { alarm_id: 'c', risk: 8, risk_class: 'High', update_time: 4000, tag: 'False Positive' },
  }),
];

async function idsOf(
  routes: readonly AnyApiRoute[],
  query: Record<string, unknown>,
): Promise<string> {
  const { alarms } = alarmList.parse(await ask(routes, '/alarms', { query }));
  return alarms.map(({ alarm }) => alarm.alarm_id).join('');
}

describe('GET /api/alarms', () => {
  const queries: readonly (readonly [query: Record<string, unknown>, ids: string])[] = [
    [{}, 'bac'],
    [{ sort: 'last' }, 'cab'],
    [{ sort: '-risk' }, 'cba'],
    [{ status: 'Open' }, 'ac'],
    [{ status: ['Open', 'Closed'] }, 'bac'],
    [{ 'not.status': 'Open,In-Progress' }, 'b'],
    [{ risk: 'High,Medium' }, 'bc'],
    [{ min_risk: '5' }, 'bc'],
    [{ progress: 'complete|running'.replace('|', ',') }, 'bac'],
    [{ directive: '7' }, 'b'],
    [{ 'not.directive': '7', from: '10.0.0.0/8' }, 'ac'],
    [{ address: '192.168.0.1,::1' }, 'bac'],
    [{ to: '10.0.0.1' }, ''],
    [{ time: '20m' }, 'ba'],
    [{ time: '4000..9000' }, 'ac'],
    [{ 'not.time': '9001..' }, 'ac'],
    [{ q: 'false POSITIVE' }, 'c'],
    [{ 'not.q': 'false' }, 'ba'],
  ];
  for (const [query, ids] of queries) {
    it(`gives for ${JSON.stringify(query)} what fits, in order`, async () => {
      assert.equal(await idsOf(await openRoutes(states), query), ids);
    });
  }

  it('gives pages with a cursor that is good for the same order only', async () => {
    const routes = await openRoutes(states);
    const first = alarmList.parse(await ask(routes, '/alarms', { query: { limit: '2' } }));
    assert.deepEqual([first.alarms.length, first.total], [2, 3]);
    const cursor = first.next ?? '';
    assert.equal(await idsOf(routes, { cursor }), 'c');
    const wrong = { cursor, sort: 'risk' };
    assert.equal(await refusal(ask(routes, '/alarms', { query: wrong })), '400 invalid_cursor');
    const none = { cursor: 'x' };
    assert.equal(await refusal(ask(routes, '/alarms', { query: none })), '400 invalid_cursor');
  });

  const wrong: readonly Record<string, unknown>[] = [
    { sort: 'title' },
    { risk: 'Huge' },
    { address: '10.0.0.1/8' },
    { time: 'yesterday' },
    { limit: '0' },
    { limit: '1001' },
    { state: 'Open' },
    { status: '' },
  ];
  for (const query of wrong) {
    it(`refuses ${JSON.stringify(query)}`, async () => {
      const routes = await openRoutes([]);
      assert.equal(await refusal(ask(routes, '/alarms', { query })), '400 invalid_request');
    });
  }
});

describe('GET /api/alarms/:id', () => {
  it('gives the newest state, and 404 for none', async () => {
    const routes = await openRoutes(states);
    const found = await ask(routes, '/alarms/:id', { params: { id: 'b' } });
    assert.deepEqual(alarmState.parse(found), states[1]);
    const missing = ask(routes, '/alarms/:id', { params: { id: 'x' } });
    assert.equal(await refusal(missing), '404 not_found');
  });
});

describe('GET /api/alarms/facets', () => {
  it('counts what fits the other criteria', async () => {
    const routes = await openRoutes(states);
    const query = { status: 'Open', limit: '1' };
    const facets = alarmFacets.parse(await ask(routes, '/alarms/facets', { query }));
    assert.deepEqual(facets.status.values, [{ value: 'Open', count: 2 }]);
    assert.deepEqual(facets.status.rest, { values: 1, count: 1 });
    assert.deepEqual(facets.directive, {
      values: [{ value: '1', count: 2 }],
      rest: { values: 0, count: 0 },
    });
  });
});

describe('the alarm routes', () => {
  it('have queries and answers that the OpenAPI file can describe', async () => {
    for (const { query, answers } of await openRoutes([])) {
      if (query !== undefined) z.toJSONSchema(query, { io: 'input' });
      const answer = answers[200];
      assert.ok(answer !== undefined);
      z.toJSONSchema(answer);
    }
  });
});
