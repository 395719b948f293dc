import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DirectiveState } from '../../actors/engine-port.ts';
import { countDeliveries } from '../../core/ledger/directive-statistics.ts';
import { createEngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { SampleRing } from '../../core/ledger/sample-ring.ts';
import type { AnyApiRoute, ApiAnswer } from '../../server/api-route.ts';
import { AnswerError } from '../../server/error-answer.ts';
import { pageFigures, statisticsRoutes } from '../../server/routes/statistics.ts';
import { directiveStatisticsListSchema, seriesSchema } from '../../server/schemas/statistics.ts';

const NOW = 100_000;

interface Bed {
  readonly statistics: ReturnType<typeof createEngineStatistics>;
  readonly ring: SampleRing;
  readonly get: (path: string, query?: Readonly<Record<string, string>>) => Promise<ApiAnswer>;
}

/** Directives of the engine by id; each has one live backlog at stage 2. */
function createBed(names: Readonly<Record<number, string>> = {}): Bed {
  const statistics = createEngineStatistics();
  const ring = new SampleRing();
  const directive = (id: number): DirectiveState | undefined => {
    const name = names[id];
    if (name === undefined) return undefined;
    return {
      ...{ id, name, off: undefined, matched: 0, opened: 0, completed: 0, timedOut: 0 },
      ...{ alarms: 0, lastMatched: 0, backlogs: 1, backlogsByStage: [0, 1] },
    };
  };
  const routes = statisticsRoutes({
    directives: (query) => pageFigures({ directive }, statistics, query),
    ring,
    clock: { wallMs: () => NOW * 1000, monotonicMs: () => 0 },
  });
  const find = (path: string): AnyApiRoute => {
    const route = routes.find((candidate) => candidate.path === path);
    if (route === undefined) throw new Error(`no route ${path}`);
    return route;
  };
  return {
    ...{ statistics, ring },
    get: (path, query = {}) =>
      find(path).handle({
        ...{ params: {}, query, body: undefined, headers: {} },
        caller: { name: 'somebody', role: 'reader', from: '127.0.0.1' },
      }),
  };
}

function sampleOf(eventsPerSecond: number): Parameters<SampleRing['add']>[1] {
  return {
    ...{ events_per_second: eventsPerSecond, refused_per_second: 0, queue: 0, backlogs: 0 },
    ...{ alarms_low: 0, alarms_medium: 0, alarms_high: 1 },
  };
}

describe('GET /api/statistics/series', () => {
  it('has the last day unless asked otherwise', async () => {
    const { ring, get } = createBed();
    for (const time of [NOW - 90_000, NOW - 20, NOW - 10]) ring.add(time, sampleOf(5));
    const { body } = await get('/statistics/series');
    const series = seriesSchema.strict().parse(body);
    assert.deepEqual(series.times, [NOW - 20, NOW - 10]);
    assert.deepEqual(series.events_per_second, [5, 5]);
  });

  it('makes samples one and keeps to the time asked for', async () => {
    const { ring, get } = createBed();
    for (const time of [10, 20, 30, 40, 50, 60, 70]) ring.add(time, sampleOf(time));
    const { body } = await get('/statistics/series', { since: '0', until: '60', step: '30' });
    const series = seriesSchema.parse(body);
    assert.deepEqual(series.times, [30, 60]);
    assert.deepEqual(
      [series.events_per_second, series.alarms_high],
      [
        [20, 50],
        [3, 3],
      ],
    );
  });

  for (const query of [{ step: '5' }, { step: 'x' }, { since: '-1' }, { other: '1' }]) {
    it(`answers 400 for ${JSON.stringify(query)}`, async () => {
      const { get } = createBed();
      await assert.rejects(get('/statistics/series', query), (error) => {
        assert.ok(error instanceof AnswerError);
        assert.equal(error.answer.status, 400);
        return true;
      });
    });
  }
});

describe('GET /api/statistics/directives', () => {
  it('has each directive and stage with what lives in it', async () => {
    const { statistics, get } = createBed({ 1: 'one' });
    const found = statistics.directives.of(1, 'one', 50);
    Object.assign(found, { events: 9, matches: 4, workMs: 1_234.5678, lastEvent: 60 });
    found.alarms.High = 2;
    found.stages.push(
      ...[3, 1].map((events) => ({
        ...{ events, finished: events, timedOut: 0, lastEvent: 60 },
        durations: { bounds: [1], counts: [events, 0], count: events, sum: 0 },
      })),
    );
    const { body } = await get('/statistics/directives');
    const { directives, total, next } = directiveStatisticsListSchema.strict().parse(body);
    assert.deepEqual([total, next], [1, null]);
    const [one] = directives;
    assert.deepEqual(
      [one?.events, one?.matches, one?.work_seconds, one?.alarms, one?.since, one?.backlogs],
      [9, 4, 1.235, { low: 0, medium: 0, high: 2 }, 50, 1],
    );
    assert.deepEqual(
      one?.stages.map(({ stage, events, live }) => [stage, events, live]),
      [
        [1, 3, 0],
        [2, 1, 1],
      ],
    );
  });

  it('tells the events of the last day apart', async () => {
    const { statistics, get } = createBed({ 1: 'one' });
    const found = statistics.directives.of(1, 'one', 0);
    countDeliveries(found, { events: 5, matches: 1 }, NOW - 2 * 86_400);
    countDeliveries(found, { events: 3, matches: 2 }, NOW - 60);
    const { body } = await get('/statistics/directives');
    const [one] = directiveStatisticsListSchema.parse(body).directives;
    assert.deepEqual(
      [one?.events, one?.events_day, one?.matches, one?.last_event],
      [8, 3, 3, NOW - 60],
    );
  });

  it('comes in pages by what is asked for, and leaves out what is gone or renamed', async () => {
    const { statistics, get } = createBed({ 1: 'a', 2: 'b', 3: 'c', 4: 'new name' });
    for (const [id, name, events] of [
      ...([
        [1, 'a', 5],
        [2, 'b', 7],
        [3, 'c', 5],
        [4, 'old name', 9],
        [5, 'gone', 9],
      ] as const),
    ]) {
      statistics.directives.of(id, name, 0).events = events;
    }
    const ids: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = { sort: 'events', limit: '1', ...(cursor !== '' && { cursor }) };
      const { body } = await get('/statistics/directives', query);
      const page = directiveStatisticsListSchema.parse(body);
      assert.equal(page.total, 3);
      ids.push(...page.directives.map(({ id }) => id));
      cursor = page.next;
    }
    assert.deepEqual(ids, [2, 1, 3]);
  });

  it('is of one directive when asked', async () => {
    const { statistics, get } = createBed({ 1: 'a', 2: 'b' });
    for (const [id, name] of [
      [1, 'a'],
      [2, 'b'],
    ] as const)
      statistics.directives.of(id, name, 0);
    const { body } = await get('/statistics/directives', { id: '2' });
    const { directives } = directiveStatisticsListSchema.parse(body);
    assert.deepEqual(
      directives.map(({ id }) => id),
      [2],
    );
  });

  it('refuses a cursor of another order', async () => {
    const { statistics, get } = createBed({ 1: 'a', 2: 'b' });
    for (const [id, name] of [
      [1, 'a'],
      [2, 'b'],
    ] as const)
      statistics.directives.of(id, name, 0);
    const { body } = await get('/statistics/directives', { limit: '1' });
    const { next } = directiveStatisticsListSchema.parse(body);
    await assert.rejects(get('/statistics/directives', { sort: 'events', cursor: next ?? '' }));
  });
});
