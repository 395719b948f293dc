import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastToldStage, Witness, type WitnessedAttack } from '../../app/simulation/witness.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { Attack } from '../../core/simulation/make-attack.ts';
import { feedMessage } from '../../server/feed/feed-message.ts';
import { compileRules, createRule } from '../support/correlation-bed.ts';
import { makeAlarmState } from '../support/alarm-states.ts';

const directive = compileRules([createRule(1), createRule(2)]);

function attackOf(from: string, to: string, risks: readonly number[] = [3, 5]): Attack {
  const event = { src_ip: from, dst_ip: to };
  return { directive, risks, events: [1, 2].map((stage) => ({ stage, event })) };
}

/** A message about one alarm of which so many stages have finished. */
function told(
  witness: Witness,
  { finished, ...alarm }: Partial<AlarmRecord> & { readonly finished: number },
): void {
  const rules = directive.ruleSet.rules.map(({ shown, stage }) =>
    stage <= finished ? { ...shown, status: 'finished' as const } : shown,
  );
  const update_time = Math.floor(Date.now() / 1000);
  const state = makeAlarmState({ alarm: { rules, update_time, ...alarm }, directive_id: 1 });
  const update = { kind: 'alarm', sequence: 1, state };
  const message = { v: 1, kind: 'updates', from: 1, to: 1, updates: [update] };
  witness.see(feedMessage.parse(JSON.parse(JSON.stringify(message))));
}

/** Read anew: the witness changes what it answered. */
function hasFired({ firedMs }: WitnessedAttack): boolean {
  return firedMs !== undefined;
}

describe('the witness of a simulation', () => {
  it('sees an attack fire when its last stage is told', () => {
    const witness = new Witness();
    const seen = witness.expect(attackOf('198.18.0.1', '10.0.0.1'));
    const alarm = { alarm_id: 'a', src_ips: ['198.18.0.1'], dst_ips: ['10.0.0.1'], risk: 3 };
    told(witness, { ...alarm, finished: 1 });
    assert.equal(seen.finishedStage, 1);
    assert.ok(seen.firstAlarmMs !== undefined && !hasFired(seen));
    told(witness, { ...alarm, finished: 2, risk: 5 });
    assert.ok(hasFired(seen));
    assert.deepEqual([seen.alarmId, seen.risk], ['a', 5]);
  });

  it('waits for no stage of which no line is written', () => {
    const attack = attackOf('198.18.0.1', '10.0.0.1', [3, 0]);
    assert.equal(lastToldStage(attack), 1);
    const witness = new Witness();
    const seen = witness.expect(attack);
    told(witness, { src_ips: ['198.18.0.1'], dst_ips: ['10.0.0.1'], finished: 1 });
    assert.ok(hasFired(seen));
  });

  const strangers: readonly (readonly [string, Partial<AlarmRecord>])[] = [
    ['of other addresses', { src_ips: ['198.18.0.2'], dst_ips: ['10.0.0.1'] }],
    ['that went another way', { src_ips: ['10.0.0.1'], dst_ips: ['198.18.0.1'] }],
    ['from before', { src_ips: ['198.18.0.1'], dst_ips: ['10.0.0.1'], update_time: 1000 }],
  ];
  for (const [what, alarm] of strangers) {
    it(`takes no alarm ${what} for it`, () => {
      const witness = new Witness();
      const seen = witness.expect(attackOf('198.18.0.1', '10.0.0.1'));
      told(witness, { ...alarm, finished: 2 });
      assert.equal(seen.firstAlarmMs, undefined);
    });
  }

  it('goes by the clock of the engine', () => {
    const witness = new Witness();
    const time = Date.now() / 1000 - 5000;
    witness.see({ v: 1, kind: 'hello', time, feed_epoch: 'e', sequence: 0, resumed: false });
    assert.ok(Math.abs(witness.engineTime(Date.now()) / 1000 - time) < 5);
    const seen = witness.expect(attackOf('198.18.0.1', '10.0.0.1'));
    const update_time = Math.floor(time);
    told(witness, { src_ips: ['198.18.0.1'], dst_ips: ['10.0.0.1'], update_time, finished: 2 });
    assert.ok(hasFired(seen));
  });

  it('gives two attacks of the same addresses an alarm each', () => {
    const witness = new Witness();
    const [first, second] = [1, 2].map(() => witness.expect(attackOf('198.18.0.1', '10.0.0.1')));
    const ends = { src_ips: ['198.18.0.1'], dst_ips: ['10.0.0.1'], finished: 2 };
    told(witness, { ...ends, alarm_id: 'a' });
    told(witness, { ...ends, alarm_id: 'a' });
    assert.equal(first?.alarmId, 'a');
    assert.equal(second?.firstAlarmMs, undefined);
    told(witness, { ...ends, alarm_id: 'b' });
    assert.equal(second?.alarmId, 'b');
  });

  it('sees an attack that went into the alarm of another', () => {
    const witness = new Witness();
    const first = witness.expect(attackOf('198.18.0.1', '10.0.0.1'));
    const second = witness.expect(attackOf('198.18.0.2', '10.0.0.1'));
    const alarm = { alarm_id: 'a', dst_ips: ['10.0.0.1'], finished: 2 };
    told(witness, { ...alarm, src_ips: ['198.18.0.1'] });
    assert.equal(second.firstAlarmMs, undefined);
    told(witness, { ...alarm, src_ips: ['198.18.0.1', '198.18.0.2'] });
    assert.deepEqual([first.alarmId, second.alarmId], ['a', 'a']);
  });
});
