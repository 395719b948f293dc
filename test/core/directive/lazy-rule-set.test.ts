import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createRule } from '../../support/correlation-bed.ts';
import { LazyRuleSet } from '../../../core/directive/lazy-rule-set.ts';

describe('a rule set that is compiled when it is used', () => {
  it('knows its routes without compiling, and compiles once', () => {
    let reads = 0;
    const first = createRule(1);
    const counted = Object.defineProperty({ ...first }, 'from', {
      get: () => {
        reads += 1;
        return first.from;
      },
    });
    const ruleSet = new LazyRuleSet([createRule(2), counted], false);
    assert.equal(ruleSet.routes.length, 2);
    assert.equal(reads, 0);
    const { rules, asWritten } = ruleSet;
    const readsOnce = reads;
    assert.deepEqual(
      rules.map(({ stage }) => stage),
      [1, 2],
    );
    assert.equal(rules[0], asWritten[1]);
    assert.equal(ruleSet.rules, rules);
    assert.equal(reads, readsOnce);
  });
});
