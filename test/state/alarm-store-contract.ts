import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  FACET_NAMES,
  facetValuesOf,
  mergeFacets,
  type AlarmFacets,
} from '../../core/alarm/alarm-facets.ts';
import { withoutCriteria } from '../../core/alarm/alarm-filter.ts';
import type { AlarmPlace, AlarmSort } from '../../core/alarm/alarm-order.ts';
import type { AlarmState, EngineChange } from '../../core/alarm/alarm-state.ts';
import { mergePages } from '../../core/alarm/merge-pages.ts';
import type { AlarmPage, AlarmStore } from '../../state/alarm-store.ts';
import {
  alarmStates,
  makeAlarmState,
  makeBacklogChange,
  makeCounts,
} from '../support/alarm-states.ts';
import { makeNormalizedEvents } from '../support/normalized-events.ts';
import { trials } from '../support/trials.ts';
import { listByModel, modelFilters, sorts } from './alarm-store-model.ts';

const NEWEST: AlarmSort = { by: 'last', descending: true };

/** How a store is tried. */
export interface StoreTrial {
  /** An empty store that holds at least 1,000 alarms. */
  readonly open: () => Promise<AlarmStore>;
  /** How often each property is tried in a soak; default 500. */
  readonly atSoak?: number;
}

/** What every alarm store must do. */
export function describeAlarmStore(name: string, { open, atSoak = 500 }: StoreTrial): void {
  const RUNS = { numRuns: trials(atSoak) };
  describe(`${name} as an alarm store`, () => {
    it('gives the newest state of each alarm', async () => {
      const store = await open();
      await apply(store, [line(makeAlarmState()), line(makeAlarmState({ events_total: 9 }))]);
      assert.deepEqual(await stateOf(store), makeAlarmState({ events_total: 9 }));
      assert.equal(await store.get('alarm-002'), undefined);
      await store.close();
    });

    it('takes the counts of progress and of backlogs, and how they ended', async () => {
      const store = await open();
      const counts = makeCounts({ events: 4, events_total: 5 });
      await apply(store, [line(makeAlarmState())]);
      await apply(store, [{ type: 'progress', alarmId: 'alarm-001', progress: counts }], 2);
      assert.deepEqual(await stateOf(store), makeAlarmState(counts));
      const ended = makeCounts({ stage: 3 });
      const end = makeBacklogChange({ change: 'ended', progress: 'timeout', counts: ended });
      await apply(store, [end], 3);
      const expected = makeAlarmState({ ...ended, progress: 'timeout' });
      assert.deepEqual(await stateOf(store), expected);
      await store.close();
    });

    it('passes over changes of alarms that it does not have, and events', async () => {
      const store = await open();
      await apply(store, [
        { type: 'progress', alarmId: 'x', progress: makeCounts() },
        makeBacklogChange({ alarmId: 'x' }),
        { type: 'events', alarmId: 'x', stage: 1, events: makeNormalizedEvents(1) },
      ]);
      assert.deepEqual(await store.snapshot(10), { sequence: 3, alarms: [] });
      await store.close();
    });

    it('lets what is asked after apply see its changes, although nobody waited', async () => {
      const store = await open();
      const applied = apply(store, [line(makeAlarmState())]);
      const [page, snapshot] = await Promise.all([
        store.list({ filter: {}, sort: NEWEST, limit: 1 }),
        store.snapshot(1),
      ]);
      await applied;
      assert.equal(page.total, 1);
      assert.equal(snapshot.sequence, 1);
      await store.close();
    });

    it('rejects once it is closed', async () => {
      const store = await open();
      await store.close();
      await assert.rejects(store.get('x'));
      await assert.rejects(store.apply([]));
    });

    it('lists, in pages, what a model lists', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(alarmStates, { maxLength: 40 }),
          modelFilters,
          sorts,
          fc.integer({ min: 1, max: 7 }),
          async (states, model, sort, limit) => {
            const store = await open();
            await apply(store, states.map(line));
            const expected = listByModel(newestOf(states), model, sort);
            const { filter } = model;
            const pages = await readPages((after) => store.list({ filter, sort, after, limit }));
            assert.deepEqual(pages.flatMap(({ alarms }) => alarms).map(idOf), expected.map(idOf));
            for (const page of pages) assert.equal(page.total, expected.length);
            assert.ok(pages.slice(0, -1).every(({ alarms }) => alarms.length === limit));
            await store.close();
          },
        ),
        RUNS,
      );
    });

    it('asks nothing when a search has no letter and no digit', async () => {
      const store = await open();
      await apply(store, [line(makeAlarmState())]);
      for (const filter of [{ is: { q: '-- .' } }, { not: { q: '--' } }]) {
        assert.equal((await store.list({ filter, sort: NEWEST, limit: 1 })).total, 1);
      }
      await store.close();
    });

    it('counts facets by the other criteria', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(alarmStates, { maxLength: 40 }),
          fc.array(modelFilters, { minLength: 1, maxLength: 1 }),
          fc.integer({ min: 1, max: 4 }),
          async (states, [model], limit) => {
            if (model === undefined) return;
            const store = await open();
            await apply(store, states.map(line));
            const facets = await store.facets({ filter: model.filter, limit });
            for (const facet of FACET_NAMES) {
              const filter = withoutCriteria(model.filter, [facet]);
              const all = await store.list({ filter, sort: NEWEST, limit: 1000 });
              const values = all.alarms.flatMap((state) => facetValuesOf(state, facet));
              assert.deepEqual(facets[facet], countByModel(values, limit));
            }
            await store.close();
          },
        ),
        RUNS,
      );
    });

    it('answers, as two stores that are merged, what one would', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(alarmStates, { maxLength: 40 }),
          modelFilters,
          sorts,
          fc.integer({ min: 1, max: 7 }),
          async (states, { filter }, sort, limit) => {
            const whole = await open();
            const parts = [await open(), await open()];
            const isOdd = (state: AlarmState): boolean => /[13579]$/.test(idOf(state));
            await apply(whole, states.map(line));
            await Promise.all(
              parts.map((part, index) =>
                apply(part, states.filter((state) => isOdd(state) === (index === 1)).map(line)),
              ),
            );
            const merged = await readPages(async (after) => {
              const query = { filter, sort, after, limit };
              return mergePages(
                await Promise.all(parts.map((part) => part.list(query))),
                sort,
                limit,
              );
            });
            const expected = await readPages((after) => whole.list({ filter, sort, after, limit }));
            assert.deepEqual(merged.map(withoutSequence), expected.map(withoutSequence));
            const facets = await Promise.all(
              parts.map((part): Promise<AlarmFacets> => part.facets({ filter, limit: Infinity })),
            );
            assert.deepEqual(mergeFacets(facets, limit), await whole.facets({ filter, limit }));
            await Promise.all([whole, ...parts].map((store) => store.close()));
          },
        ),
        RUNS,
      );
    });

    it('gives as a snapshot the newest first, and the last sequence', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(alarmStates, { minLength: 1 }),
          fc.nat(10),
          async (states, most) => {
            const store = await open();
            await apply(store, states.map(line));
            const { alarms, sequence } = await store.snapshot(most);
            const all = await store.list({ filter: {}, sort: NEWEST, limit: 1000 });
            assert.equal(sequence, states.length);
            assert.deepEqual(alarms, all.alarms.slice(0, most));
            assert.equal(all.sequence, states.length);
            await store.close();
          },
        ),
        RUNS,
      );
    });
  });
}

/** The newest state of alarm-001 without what persons did. */
async function stateOf(store: AlarmStore): Promise<AlarmState | undefined> {
  const [found] = await store.find(['alarm-001']);
  if (found === undefined) return undefined;
  const { version, comments, assignee, first_look, closed_at, ...state } = found;
  assert.deepEqual([version, comments, assignee, first_look, closed_at], [0, 0, '', 0, 0]);
  return state;
}

/** Two stores count their changes apart. */
function withoutSequence(page: AlarmPage): AlarmPage {
  return { ...page, sequence: 0 };
}

function line(state: AlarmState): EngineChange {
  return { type: 'alarm', state };
}

function idOf({ alarm }: AlarmState): string {
  return alarm.alarm_id;
}

function apply(store: AlarmStore, changes: readonly EngineChange[], first = 1): Promise<void> {
  return store.apply(changes.map((change, index) => ({ sequence: first + index, change })));
}

function newestOf(states: readonly AlarmState[]): AlarmState[] {
  return [...new Map(states.map((state) => [idOf(state), state])).values()];
}

async function readPages(
  read: (after: AlarmPlace | undefined) => Promise<AlarmPage>,
): Promise<AlarmPage[]> {
  const pages = [await read(undefined)];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    pages.push(await read(next));
  }
  return pages;
}

function countByModel(values: readonly string[], limit: number): AlarmFacets['status'] {
  const counts = [...new Set(values)]
    .map((value) => ({ value, count: values.filter((other) => other === value).length }))
    .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
  const rest = counts.slice(limit);
  return {
    values: counts.slice(0, limit),
    rest: { values: rest.length, count: rest.reduce((sum, { count }) => sum + count, 0) },
  };
}
