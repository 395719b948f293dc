// What a backlog does with an event, step by step (SPEC §5).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../../../core/correlation/advance.ts';
import type { Effect } from '../../../core/correlation/effect.ts';
import {
  compileRules,
  createContext,
  createRule,
  open,
  START,
  type BacklogUnderTest,
  type EventFields,
} from '../../support/correlation-bed.ts';

/** The lines that effects write, in short: `2 e1` an event of stage 2, `!3` an alarm of risk 3, `?3` one with look-ups. */
function outline(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'record-events') {
      return effect.events.map(({ eventId }) => `${String(effect.stage)} ${eventId}`);
    }
    if (effect.type !== 'update-alarm') return [];
    return [`${effect.lookUp === undefined ? '!' : '?'}${String(effect.record.risk)}`];
  });
}

/** An event, what is made of it and the lines that it writes, with how the backlog ended. */
type Step = readonly [event: EventFields, verdict: Verdict, effects: readonly string[]];

function walk({ backlog, effects, offer }: BacklogUnderTest, steps: readonly Step[]): void {
  for (const [fields, verdict, expected] of steps) {
    const before = backlog.end;
    effects.length = 0;
    assert.equal(offer(fields), verdict, JSON.stringify(fields));
    const end = backlog.end === undefined || backlog.end === before ? [] : [backlog.end];
    assert.deepEqual([...outline(effects), ...end], expected, JSON.stringify(fields));
  }
}

const sid = (plugin_sid: number, event_id: string, more: EventFields = {}): EventFields => ({
  ...{ plugin_sid, event_id },
  ...more,
});

describe('a backlog and its events', () => {
  it('finishes stage 1 with its opening event and the others when they have their occurrence', () => {
    const rules = [createRule(1), createRule(2, { occurrence: 2 }), createRule(3)];
    const tested = open(compileRules(rules), { event_id: 'a' });
    assert.deepEqual(outline(tested.effects), ['1 a', '?5']);
    walk(tested, [
      [sid(2, 'b', { at: 1 }), 'consumed', ['2 b']],
      [sid(3, 'x', { at: 1 }), 'unmatched', []],
      [sid(1, 'x', { at: 1 }), 'unmatched', []],
      [sid(2, 'c', { at: 2 }), 'consumed', ['2 c', '?5']],
      [sid(2, 'd', { at: 2 }), 'unmatched', []],
      [sid(3, 'e', { at: 3 }), 'consumed', ['3 e', '?5', 'complete']],
      [sid(3, 'f', { at: 3 }), 'ended', []],
    ]);
    const { stages, end, latestEndTime } = tested.backlog;
    assert.deepEqual(
      stages.map(({ startTime, endTime, status }) => [startTime, endTime, status]),
      [
        [START, START, 'finished'],
        [START + 1, START + 2, 'finished'],
        [START + 3, START + 3, 'finished'],
      ],
    );
    assert.deepEqual([end, latestEndTime], ['complete', START + 3]);
  });

  it('consumes a repeated id and writes it again, but does not count it', () => {
    const rules = [createRule(1), createRule(2, { occurrence: 2 })];
    walk(open(compileRules(rules), { event_id: 'a' }), [
      [sid(2, 'b'), 'consumed', ['2 b']],
      [sid(2, 'b'), 'consumed', ['2 b']],
      // an id counts once per stage: that of stage 1 counts in stage 2
      [sid(2, 'a'), 'consumed', ['2 a', '?5', 'complete']],
    ]);
  });

  it('takes a sticky value once, an empty one too, and looks at that before the order', () => {
    const rules = [
      createRule(1),
      createRule(2, { occurrence: 4, sticky_different: 'CUSTOM_DATA1', custom_data1: '!guest' }),
    ];
    walk(open(compileRules(rules), { event_id: 'a', at: 5 }), [
      [sid(2, 'b', { at: 5, custom_data1: 'x' }), 'consumed', ['2 b']],
      [sid(2, 'c', { at: 5, custom_data1: 'x' }), 'unmatched', []],
      // out of order and no new value: not discarded, so that it may open a backlog
      [sid(2, 'c', { at: 1, custom_data1: 'x' }), 'unmatched', []],
      [sid(2, 'd', { at: 5 }), 'consumed', ['2 d']],
      [sid(2, 'e', { at: 5 }), 'unmatched', []],
      // a value is recorded only when its event is accepted
      [sid(2, 'f', { at: 1, custom_data1: 'y' }), 'discarded', []],
      [sid(2, 'g', { at: 5, custom_data1: 'guest' }), 'unmatched', []],
      [sid(2, 'h', { at: 5, custom_data1: 'y' }), 'consumed', ['2 h']],
      [sid(2, 'i', { at: 5, custom_data1: 'X' }), 'consumed', ['2 i', '?5', 'complete']],
    ]);
  });

  it('takes port 0 for a sticky value', () => {
    const rules = [createRule(1), createRule(2, { occurrence: 3, sticky_different: 'DST_PORT' })];
    walk(open(compileRules(rules)), [
      [sid(2, 'b', { dst_port: 0 }), 'consumed', ['2 b']],
      [sid(2, 'c', { dst_port: 0 }), 'unmatched', []],
      [sid(2, 'd', { dst_port: 1 }), 'consumed', ['2 d']],
    ]);
  });

  it('discards what is before the end of an earlier stage, not what is of the same second', () => {
    const rules = [createRule(1), createRule(2, { occurrence: 2 }), createRule(3)];
    walk(open(compileRules(rules), { event_id: 'a', at: 10 }), [
      [sid(2, 'b', { at: 9 }), 'discarded', []],
      [sid(2, 'c', { at: 10 }), 'consumed', ['2 c']],
      [sid(2, 'd', { at: 20 }), 'consumed', ['2 d', '?5']],
      // within a stage the order does not matter, the end of stage 2 does
      [sid(3, 'e', { at: 19 }), 'discarded', []],
      [sid(3, 'f', { at: 20 }), 'consumed', ['3 f', '?5', 'complete']],
    ]);
  });

  it('compares whole seconds', () => {
    const opening = { event_id: 'a', timestamp: '2027-01-15T08:00:00.900Z' };
    const tested = open(compileRules([createRule(1), createRule(2)]), opening);
    const before = { timestamp: '2027-01-15T08:00:00.100Z' };
    assert.equal(tested.offer(sid(2, 'b', before), 0), 'consumed');
  });

  it('starts a stage with the end of the one before, then with its own first event', () => {
    const rules = [createRule(1), createRule(2, { occurrence: 3 })];
    const { backlog, offer } = open(compileRules(rules), { at: 1 });
    assert.equal(backlog.stages[1]?.startTime, START + 1);
    offer(sid(2, 'b', { at: 7 }));
    assert.equal(backlog.stages[1].startTime, START + 7);
    offer(sid(2, 'c', { at: 5 }));
    assert.equal(backlog.stages[1].startTime, START + 7);
  });
});

describe('a backlog and its deadline', () => {
  const rules = [createRule(1), createRule(2, { timeout: 60, occurrence: 2 })];

  it('lives through the last second of its time-out and ends in the next', () => {
    const { backlog, offer } = open(compileRules(rules), { event_id: 'a' });
    assert.equal(offer(sid(1, 'x', { at: 60 }), 60), 'unmatched');
    assert.equal(backlog.end, undefined);
    assert.equal(offer(sid(2, 'b', { at: 1 }), 61), 'ended');
    assert.equal(backlog.end, 'timeout');
    assert.equal(backlog.stages[1]?.status, 'timeout');
    assert.equal(backlog.stages[1].endTime, undefined);
  });

  it('writes its alarm once more without look-ups when it times out', () => {
    const { effects, offer } = open(compileRules(rules), { event_id: 'a' });
    offer(sid(2, 'b'), 61);
    assert.deepEqual(outline(effects), ['1 a', '?5', '!5']);
  });

  it('gets --min-alarm-lifetime on top', () => {
    const context = createContext({ minAlarmLifetimeSeconds: 120 });
    const { offer } = open(compileRules(rules), {}, context);
    assert.equal(offer(sid(1, 'x'), 180), 'unmatched');
    assert.equal(offer(sid(2, 'b'), 181), 'ended');
  });

  it('an event with an old time can pass it', () => {
    const slow = [createRule(1), createRule(2, { timeout: 5, occurrence: 2 })];
    const { offer } = open(compileRules(slow), { event_id: 'a', at: 0 });
    assert.equal(offer(sid(2, 'b', { at: 0 }), 4), 'consumed');
    assert.equal(offer(sid(2, 'c', { at: 6 }), 6), 'ended');
  });
});

describe('all_rules_always_active', () => {
  const rules = [
    createRule(1),
    createRule(2, { from: ':1', occurrence: 2, sticky_different: 'DST_PORT' }),
    createRule(3, { occurrence: 2, timeout: 600 }),
  ];
  const opened = (always: boolean): BacklogUnderTest => {
    const directive = compileRules(rules, { all_rules_always_active: always });
    const tested = open(directive, { event_id: 'a', at: 10 });
    tested.offer(sid(2, 'b', { at: 11, dst_port: 1 }));
    tested.offer(sid(2, 'c', { at: 12, dst_port: 2 }));
    assert.equal(tested.backlog.stage, 3);
    return tested;
  };

  it('lets an earlier stage take an event without sticky, order and occurrence', () => {
    const tested = opened(true);
    const before = structuredClone(tested.backlog.stages);
    walk(tested, [
      [sid(2, 'd', { at: 1, dst_port: 1, dst_ip: '10.20.0.9' }), 'consumed', ['2 d', '!5']],
      [sid(1, 'e', { at: 1 }), 'consumed', ['1 e', '!5']],
      [sid(1, 'f', { at: 1, src_ip: '10.0.0.2' }), 'unmatched', []],
      [sid(1, 'g', { at: 1, dst_ip: '10.20.0.6' }), 'unmatched', []],
      [sid(2, 'h', { at: 1, src_ip: '10.0.0.2' }), 'unmatched', []],
    ]);
    assert.deepEqual(tested.backlog.stages, before);
    assert.deepEqual([...tested.backlog.dstIps], ['10.20.0.5', '10.20.0.9']);
    assert.deepEqual(
      [tested.backlog.stage, tested.backlog.risk, tested.backlog.updateTime],
      [3, 5, START + 1],
    );
  });

  it('is off unless the directive says so', () => {
    walk(opened(false), [
      [sid(2, 'd', { at: 12 }), 'unmatched', []],
      [sid(1, 'e', { at: 12 }), 'unmatched', []],
    ]);
  });

  it('does not try earlier stages for an event of the current one that brings no new sticky value', () => {
    const same = [
      createRule(1, { plugin_sid: [1, 2] }),
      createRule(2, { occurrence: 3, sticky_different: 'SRC_PORT' }),
    ];
    const directive = compileRules(same, { all_rules_always_active: true });
    walk(open(directive, { event_id: 'a' }), [
      [sid(2, 'b'), 'consumed', ['2 b']],
      [sid(2, 'c'), 'unmatched', []],
      [sid(1, 'd'), 'consumed', ['1 d', '!5']],
    ]);
  });

  it('tries the lowest earlier stage first', () => {
    const same = [createRule(1), createRule(2, { plugin_sid: [1, 2] }), createRule(3)];
    const directive = compileRules(same, { all_rules_always_active: true });
    const tested = open(directive, { event_id: 'a' });
    tested.offer(sid(2, 'b'));
    walk(tested, [
      [sid(1, 'c'), 'consumed', ['1 c', '!5']],
      [sid(1, 'd', { src_ip: '10.0.0.3' }), 'consumed', ['2 d', '!5']],
    ]);
  });
});
