import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeliveryOutcomes, type Outcome } from '../../../core/correlation/delivery-outcomes.ts';
import { openFromGroup } from '../../../core/correlation/open-from-group.ts';
import { offerInputs } from '../../../core/correlation/offer-inputs.ts';
import type { Effect } from '../../../core/correlation/effect.ts';
import {
  addCondition,
  compileRules,
  createContext,
  createEvent,
  createRule,
  open,
  START,
  type EventFields,
} from '../../support/correlation-bed.ts';

describe('what became of a delivery', () => {
  const rows: readonly [noted: Outcome[], counted: Outcome, mayOpen: [boolean, boolean]][] = [
    [[], 'unmatched', [true, true]],
    [['unmatched'], 'unmatched', [true, true]],
    // [with discard-oor-events, without]
    [['discarded'], 'discarded', [false, true]],
    [['consumed', 'discarded'], 'consumed', [false, false]],
    [['discarded', 'consumed'], 'consumed', [false, false]],
    [['discarded', 'opened'], 'opened', [false, false]],
    [['opened', 'consumed'], 'opened', [false, false]],
    [['failed', 'consumed'], 'failed', [false, false]],
    [['consumed', 'failed'], 'failed', [false, false]],
  ];
  for (const [noted, counted, mayOpen] of rows) {
    it(`is '${counted}' after ${noted.join(', ') || 'nothing'}`, () => {
      const outcomes = new DeliveryOutcomes(2);
      for (const outcome of noted) outcomes.note(1, outcome);
      const expected = { unmatched: 1, discarded: 0, consumed: 0, opened: 0, failed: 0 };
      expected[counted] += 1;
      assert.deepEqual(outcomes.count(), expected);
      assert.deepEqual([outcomes.mayOpen(1, true), outcomes.mayOpen(1, false)], mayOpen);
      assert.equal(outcomes.isAccepted(1), counted === 'consumed' || counted === 'opened');
    });
  }
});

const rules = [createRule(1), createRule(2, { from: ':1', occurrence: 2 })];

function inputsOf(events: readonly EventFields[]): {
  sequence: number;
  now: number;
  event: ReturnType<typeof createEvent>;
}[] {
  return events.map((fields, sequence) => ({
    ...{ sequence, now: START + (fields.at ?? 0), event: createEvent(fields) },
  }));
}

describe('opening backlogs from a batch', () => {
  const openAll = (
    events: readonly EventFields[],
    noted: Readonly<Record<number, Outcome>> = {},
    discardOutOfOrder = true,
  ): { opened: number[]; counts: Record<Outcome, number>; failures: number } => {
    const { head, ruleSet } = open(compileRules(rules)).backlog;
    const inputs = inputsOf(events);
    const outcomes = new DeliveryOutcomes(inputs.length);
    for (const [position, outcome] of Object.entries(noted))
      outcomes.note(Number(position), outcome);
    let failures = 0;
    const opened = openFromGroup(
      { key: undefined, inputs, positions: [...inputs.keys()] },
      outcomes,
      {
        ...{ epoch: 'e', head, ruleSet, context: createContext({ discardOutOfOrder }) },
        onFailure: () => (failures += 1),
      },
      [],
    );
    return { opened: opened.map(({ sequence }) => sequence), counts: outcomes.count(), failures };
  };

  it('opens one for every event of stage 1 that nothing consumed', () => {
    const { opened, counts } = openAll([{}, {}, { plugin_sid: 2 }, { plugin_sid: 9 }]);
    assert.deepEqual(opened, [0, 1]);
    assert.deepEqual(counts, { opened: 2, consumed: 1, unmatched: 1, discarded: 0, failed: 0 });
  });

  it('opens none for what was consumed, discarded or failed before', () => {
    const noted = { 0: 'consumed', 1: 'discarded', 2: 'failed' } as const;
    assert.deepEqual(openAll([{}, {}, {}, {}], noted).opened, [3]);
    assert.deepEqual(openAll([{}, {}, {}, {}], noted, false).opened, [1, 3]);
  });

  it('offers a new backlog only what came after its own event', () => {
    const { opened, counts } = openAll([{ plugin_sid: 2 }, {}, { plugin_sid: 2 }]);
    assert.deepEqual(opened, [1]);
    assert.deepEqual(counts, { opened: 1, consumed: 1, unmatched: 1, discarded: 0, failed: 0 });
  });
});

describe('offering a batch to a backlog', () => {
  it('tells the positions consumed and discarded and stops at the end of the backlog', () => {
    const { backlog } = open(compileRules(rules), { at: 5 });
    const inputs = inputsOf([
      ...[
        { plugin_sid: 9, at: 5 },
        { plugin_sid: 2, at: 5 },
        { plugin_sid: 2, at: 4 },
      ],
      ...[
        { plugin_sid: 2, at: 6 },
        { plugin_sid: 2, at: 7 },
      ],
    ]);
    const report = offerInputs(backlog, inputs, createContext());
    assert.deepEqual([report.consumed, report.discarded, report.failed], [[1, 3], [2], []]);
    assert.equal(report.standing.ended, true);
  });

  it('goes on after an event that throws, with the backlog as it was before that event', () => {
    const directive = addCondition(compileRules(rules), (title) => {
      if (title === 'poison') throw new Error('poison');
      return true;
    });
    const { backlog } = open(directive);
    const before = structuredClone({ stages: backlog.stages, srcIps: backlog.srcIps });
    const poison = inputsOf([{ plugin_sid: 2, title: 'poison' }]);
    const failed = offerInputs(backlog, poison, createContext());
    assert.deepEqual(
      failed.failed.map(({ position }) => position),
      [0],
    );
    const none: readonly Effect[] = [];
    assert.deepEqual(failed.effects, none);
    assert.deepEqual({ stages: backlog.stages, srcIps: backlog.srcIps }, before);
    const good = inputsOf([{ plugin_sid: 2 }]);
    assert.deepEqual(offerInputs(backlog, [...poison, ...good], createContext()).consumed, [1]);
  });
});
