// The engine against the sequential model: how inputs are cut into batches, how directives are mixed and when everything
// is saved and loaded again change neither alarms nor their ids.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runEngine } from '../support/engine-under-test.ts';
import { trials } from '../support/trials.ts';
import { cutInto, parcellingArbitrary, scenarioArbitrary, type Parcelling } from './arbitraries.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { Scenario } from './model-input.ts';
import { runModel } from './sequential-model.ts';

const numRuns = trials(1000);

type EngineBacklog = Awaited<ReturnType<typeof runEngine>>['backlogs'][number];

interface Comparable {
  readonly directiveId: number;
  readonly sequence: number;
  readonly alarmEvents: readonly (readonly [number, string])[];
  readonly alarms: readonly AlarmRecord[];
}

test('one event at a time, the engine writes the alarm lines of the model', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioArbitrary, async (scenario) => {
      const backlogs = await run(scenario, one(scenario));
      assert.deepEqual(backlogs.map(comparable), expected(scenario));
    }),
    { numRuns },
  );
});

test('any cutting into batches and any save-and-reload give the same alarms and ids', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioArbitrary, parcellingArbitrary, async (scenario, cut) => {
      const backlogs = await run(scenario, cut(scenario.inputs.length));
      assert.deepEqual(backlogs.map(comparable), expected(scenario));
      const single = await run(scenario, one(scenario));
      assert.deepEqual(backlogs.map(identity), single.map(identity));
    }),
    { numRuns: trials(6000) },
  );
});

test('other directives, and their order, change nothing about the alarms of one', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioArbitrary, parcellingArbitrary, async (scenario, cut) => {
      const parcelling = cut(scenario.inputs.length);
      const together = await run(scenario, parcelling);
      const reversed = { ...scenario, directives: scenario.directives.toReversed() };
      assert.deepEqual(await run(reversed, parcelling), together);
      const alone: EngineBacklog[] = [];
      for (const directive of scenario.directives) {
        alone.push(...(await run({ ...scenario, directives: [directive] }, one(scenario))));
      }
      assert.deepEqual(alone.map(identity), together.map(identity));
      assert.deepEqual(alone.map(comparable), together.map(comparable));
    }),
    { numRuns },
  );
});

test('every alarm line carries the id of its backlog, and no two backlogs share one', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioArbitrary, parcellingArbitrary, async (scenario, cut) => {
      const backlogs = await run(scenario, cut(scenario.inputs.length));
      for (const { alarmId, alarms } of backlogs) {
        assert.match(alarmId, /^[A-Za-z0-9_-]{9}$/);
        for (const { alarm_id } of alarms) assert.equal(alarm_id, alarmId);
      }
      assert.equal(new Set(backlogs.map(({ alarmId }) => alarmId)).size, backlogs.length);
    }),
    { numRuns },
  );
});

function one({ inputs }: Scenario): Parcelling {
  return { parcels: cutInto([1], inputs.length), reloadAt: [] };
}

async function run(scenario: Scenario, parcelling: Parcelling): Promise<EngineBacklog[]> {
  const { backlogs } = await runEngine({
    ...scenario,
    parcels: [...parcelling.parcels],
    reloadAt: [...parcelling.reloadAt],
  });
  return backlogs.toSorted(
    (left, right) =>
      left.directiveId - right.directiveId || left.openedBySequence - right.openedBySequence,
  );
}

function expected(scenario: Scenario): Comparable[] {
  return runModel(scenario)
    .map(({ directiveId, openedBy, alarmEvents, alarms }) => ({
      directiveId,
      sequence: openedBy.sequence,
      alarmEvents,
      alarms: alarms.map((line) => withoutId({ alarm_id: '', ...line })),
    }))
    .sort((left, right) => left.directiveId - right.directiveId || left.sequence - right.sequence);
}

function comparable(backlog: EngineBacklog): Comparable {
  const { directiveId, openedBySequence: sequence, alarmEvents } = backlog;
  return { directiveId, sequence, alarmEvents, alarms: backlog.alarms.map(withoutId) };
}

function identity({ directiveId, openedBySequence, alarmId }: EngineBacklog): string {
  return `${String(directiveId)} ${String(openedBySequence)} ${alarmId}`;
}

// Custom data is a set.
function withoutId(alarm: AlarmRecord): AlarmRecord {
  const { custom_data } = alarm;
  if (custom_data === undefined) return { ...alarm, alarm_id: '' };
  const ordered = custom_data.toSorted((left, right) =>
    JSON.stringify(left) < JSON.stringify(right) ? -1 : 1,
  );
  return { ...alarm, alarm_id: '', custom_data: ordered };
}
