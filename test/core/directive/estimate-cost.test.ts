import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { estimateCost } from '../../../core/directive/estimate-cost.ts';
import type { DirectiveSource, RuleSource } from '../../../core/directive/directive-source.ts';
import { compileRules, createRule } from '../../support/correlation-bed.ts';

const KEYED = { from: ':1', to: ':1' };

function costOf(rules: readonly RuleSource[], changes: Partial<DirectiveSource> = {}): number {
  return estimateCost(compileRules(rules, changes));
}

describe('the estimated cost of a directive', () => {
  const usual = [createRule(1), createRule(2, KEYED), createRule(3, KEYED)];

  const dearer: readonly (readonly [string, number])[] = [
    ['more routes', costOf([createRule(1, { plugin_sid: [1, 7, 8] }), ...usual.slice(1)])],
    ['no correlation key', costOf([createRule(1), createRule(2), createRule(3)])],
    ['a key that one stage lacks', costOf([...usual.slice(0, 2), createRule(3)])],
    ['all rules always active', costOf(usual, { all_rules_always_active: true })],
    ['another stage', costOf([...usual, createRule(4, { ...KEYED, plugin_sid: [3] })])],
    [
      'more occurrences',
      costOf([...usual.slice(0, 2), createRule(3, { ...KEYED, occurrence: 9 })]),
    ],
  ];
  for (const [what, cost] of dearer) {
    it(`is higher with ${what}`, () => {
      assert.ok(cost > costOf(usual), `${String(cost)} against ${String(costOf(usual))}`);
    });
  }

  it('does not change with names, addresses and time-outs', () => {
    const other = usual.map((rule) => ({ ...rule, name: 'other', timeout: 9_000 }));
    assert.equal(costOf(other, { name: 'other', priority: 1 }), costOf(usual));
  });
});
