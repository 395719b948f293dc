// What persons do to alarms, as the alarm file, the changes told and a restart show it (SPEC §6, §10).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmAction } from '../../core/alarm/alarm-action.ts';
import type { AlarmState, EngineChange } from '../../core/alarm/alarm-state.ts';
import { compileRules, createRule } from '../support/correlation-bed.ts';
import { createEngineBed, type EngineBed } from '../support/engine-bed.ts';

const directive = compileRules([
  createRule(1),
  createRule(2, { from: ':1', reliability: 9 }),
  createRule(3, { from: ':1', timeout: 600 }),
]);

interface WatchedBed extends EngineBed {
  readonly changes: EngineChange[];
}

/** An engine that has been watched since its start; with an alarm unless it goes on with saved backlogs. */
async function startBed(saved?: readonly unknown[]): Promise<WatchedBed> {
  const bed = createEngineBed([directive]);
  const changes: EngineChange[] = [];
  bed.engine.subscribe((told) => {
    changes.push(...told.map(({ change }) => change));
  });
  if (saved === undefined) void bed.post({ event_id: 'a' });
  else bed.restore(directive, saved);
  await bed.settled();
  return { ...bed, changes };
}

function newest({ changes }: WatchedBed): AlarmState {
  const states = changes.flatMap((change) => (change.type === 'alarm' ? [change.state] : []));
  const last = states.at(-1);
  assert.ok(last !== undefined, 'there is no alarm');
  return last;
}

type Deed = readonly [what: AlarmAction['what'], value?: string];

async function change(bed: WatchedBed, ...deeds: readonly Deed[]): Promise<void> {
  const known = newest(bed);
  const { alarm_id } = known.alarm;
  const actions = deeds.map(([what, value = '']) => ({
    ...{ alarm_id, at: 1000, by: 'ann', what, from: '', value },
  }));
  await bed.engine.changeAlarms([{ known, actions }]);
}

/** Each line of the alarm file in short. */
function lines(bed: WatchedBed): string[] {
  return bed.alarms().map(({ risk, status, tag }) => `${String(risk)} ${status} ${tag}`);
}

describe('changes of alarms by persons', () => {
  it('are one more line with the former update_time, and every later line carries them', async () => {
    const bed = await startBed();
    await change(bed, ['status', 'Closed'], ['tag', 'False Positive']);
    void bed.post({ event_id: 'b', plugin_sid: 2, at: 1 });
    await bed.settled();
    assert.deepEqual(lines(bed), [
      '5 Open Identified Threat',
      '5 Closed False Positive',
      '9 Closed False Positive',
    ]);
    const [first, second] = bed.alarms();
    assert.equal(second?.update_time, first?.update_time);
  });

  it('are told with the new state before the deeds', async () => {
    const bed = await startBed();
    const before = bed.changes.length;
    await change(bed, ['status', 'Closed'], ['comment', 'a drill']);
    assert.deepEqual(
      bed.changes
        .slice(before)
        .map((told) => (told.type === 'action' ? told.action.what : told.type)),
      ['alarm', 'status', 'comment'],
    );
  });

  it('of assignee and comments write no line', async () => {
    const bed = await startBed();
    await change(bed, ['assignee', 'ann'], ['comment', 'mine'], ['look']);
    assert.deepEqual(lines(bed), ['5 Open Identified Threat']);
  });

  it('reach an alarm whose backlog has ended, by what the caller knows of it', async () => {
    const bed = await startBed();
    bed.tick(1_000);
    await bed.settled();
    await change(bed, ['status', 'Closed']);
    await change(bed, ['tag', 'Valid Threat']);
    assert.deepEqual(lines(bed).slice(2), ['5 Closed Identified Threat', '5 Closed Valid Threat']);
    assert.equal(newest(bed).progress, 'timeout');
  });

  it('that delete it leave its backlog running without alarm lines until it is restored', async () => {
    const bed = await startBed();
    await change(bed, ['delete']);
    void bed.post({ event_id: 'b', plugin_sid: 2, at: 1 });
    await bed.settled();
    assert.deepEqual(lines(bed), ['5 Open Identified Threat']);
    assert.equal(newest(bed).deleted, true);
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 b']);
    await change(bed, ['restore']);
    void bed.post({ event_id: 'c', plugin_sid: 3, at: 2 });
    await bed.settled();
    assert.deepEqual(lines(bed), [
      '5 Open Identified Threat',
      '9 Open Identified Threat',
      '5 Open Identified Threat',
    ]);
    assert.equal(newest(bed).deleted, undefined);
  });

  it('survive a restart with the saved backlog', async () => {
    const before = await startBed();
    await change(before, ['status', 'In-Progress'], ['tag', 'Valid Threat'], ['delete']);
    await before.engine.terminate(1_000);
    const saved: unknown = JSON.parse(JSON.stringify(before.saved.get(1)));
    assert.ok(Array.isArray(saved));
    const after = await startBed(saved);
    assert.equal(newest(after).deleted, true);
    await change(after, ['restore']);
    assert.deepEqual(lines(after), ['5 In-Progress Valid Threat']);
  });

  it('carry what each finished stage made of the risk', async () => {
    const bed = await startBed();
    void bed.post({ event_id: 'b', plugin_sid: 2, at: 1 });
    await bed.settled();
    assert.deepEqual(
      newest(bed).risks.map(({ stage, priority, reliability, asset_value, address, risk }) =>
        [stage, priority, reliability, asset_value, address, risk].join(' '),
      ),
      ['1 5 5 5 10.20.0.5 5', '2 5 9 5 10.20.0.5 9'],
    );
  });
});
