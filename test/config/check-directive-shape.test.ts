import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { checkDirectiveShape, isPlainDirective } from '../../config/check-directive-shape.ts';
import { checkShape } from '../../config/check-shape.ts';
import { directiveSchema } from '../../config/schemas.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';

const PLUGIN_KEYS = { type: 'PluginRule', plugin_id: 1, plugin_sid: [1, 2] };
const TAXONOMY_KEYS = { type: 'TaxonomyRule', product: ['p'], category: 'c', subcategory: [] };
const COMMON_KEYS = {
  ...{ name: '', stage: 1, occurrence: 1, reliability: 0, timeout: 0, from: 'ANY', to: ':1' },
  ...{ port_from: 'ANY', port_to: '', protocol: '', sticky_different: '' },
  ...{ custom_data1: '', custom_data2: '', custom_data3: '' },
};
const DIRECTIVE_KEYS = {
  ...{ id: 1, name: 'n', kingdom: 'k', category: 'c', priority: 3, disabled: false },
  ...{ all_rules_always_active: true, description: '' },
  ...{ runbook: 'https://a.example/b', false_positives: ['f'] },
  attack: ['T1110.001'],
};

/** Values that are right for some keys, at the edge for others, and wrong for most. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    ...[-1, -0, 0, 0.5, 1, 2, 5, 6, 10, 11, 255, 256, 2 ** 53 - 1, 2 ** 53, 1e300, '', 'a', ' '],
    ...['ANY', ':1', 'PluginRule', 'TaxonomyRule', 'T1110', 'T1110.001', 'TA0006', 'T1', '1'],
    ...['http://a', 'https://a/b?c#d', 'ftp://a', 'https://', true, false],
    ...[null, [], [1], [0], [1, 'a'], ['a'], [''], ['T1110', 'T1'], [null], {}, { type: 'a' }],
  ),
  fc.jsonValue(),
);

const OPTIONAL = new Set([
  ...['disabled', 'all_rules_always_active', 'description', 'runbook', 'false_positives', 'attack'],
  ...['timeout', 'port_from', 'port_to', 'protocol', 'sticky_different', 'subcategory'],
  ...['custom_data1', 'custom_data2', 'custom_data3'],
]);

/** A complete object without a few keys; mostly only such as may be absent, else with a few values exchanged too. */
function mutated(complete: Readonly<Record<string, unknown>>): fc.Arbitrary<object> {
  const keys = Object.keys(complete);
  const without = (dropped: readonly string[]): [string, unknown][] =>
    Object.entries(complete).filter(([key]) => !dropped.includes(key));
  const right = fc.subarray(keys.filter((key) => OPTIONAL.has(key))).map(without);
  const key = fc.constantFrom(...keys, 'other', '__proto__', 'plugin_id', 'product');
  const changed = fc
    .tuple(fc.subarray(keys, { maxLength: 2 }), fc.array(fc.tuple(key, value), { maxLength: 2 }))
    .map(([dropped, changes]) => [...without(dropped), ...changes]);
  return fc
    .oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: changed })
    .map((entries) => Object.fromEntries(entries));
}

const rule = fc.oneof(
  { weight: 4, arbitrary: mutated({ ...COMMON_KEYS, ...PLUGIN_KEYS }) },
  { weight: 4, arbitrary: mutated({ ...COMMON_KEYS, ...TAXONOMY_KEYS }) },
  { weight: 1, arbitrary: mutated({ ...COMMON_KEYS, ...PLUGIN_KEYS, ...TAXONOMY_KEYS }) },
);
const rules = fc.oneof(
  { weight: 8, arbitrary: fc.array(rule, { minLength: 2, maxLength: 3 }) },
  { weight: 1, arbitrary: value },
);
const directive = fc
  .tuple(mutated(DIRECTIVE_KEYS), rules)
  .map(([fields, own]) => ({ ...fields, rules: own }));

describe('the guard before the schema of a directive', () => {
  it('accepts only what the schema accepts, with the same values', () => {
    let accepted = 0;
    const property = fc.property(fc.oneof(directive, value), (candidate) => {
      // What a file holds is what JSON can write.
      const parsed: unknown = JSON.parse(JSON.stringify(candidate));
      if (!isPlainDirective(parsed)) return;
      accepted += 1;
      assert.deepEqual(checkShape(directiveSchema, parsed), { ok: true, value: parsed });
    });
    fc.assert(property, { numRuns: 3000 });
    assert.ok(accepted > 100, `it accepted ${String(accepted)} only`);
  });

  it('accepts one key of every kind replaced exactly when the schema leaves it as it is', () => {
    const own = [1, 2].map((stage) => ({ ...COMMON_KEYS, ...PLUGIN_KEYS, stage }));
    const complete: Readonly<Record<string, unknown>> = { ...DIRECTIVE_KEYS, rules: own };
    const keys = fc.constantFrom(...Object.keys(complete), 'other');
    const property = fc.property(keys, value, (key, replacement) => {
      const parsed: unknown = JSON.parse(JSON.stringify({ ...complete, [key]: replacement }));
      const check = checkShape(directiveSchema, parsed);
      assert.equal(isPlainDirective(parsed), check.ok && key !== 'other');
    });
    fc.assert(property, { numRuns: 2000 });
  });

  for (const [title, changes] of [
    ['as short as it can be', {}],
    ['with everything that documents it', DIRECTIVE_KEYS],
    ['of taxonomy rules', { rules: [1, 2].map(() => ({ ...COMMON_KEYS, ...TAXONOMY_KEYS })) }],
  ] as const) {
    it(`accepts a directive ${title}`, () => {
      assert.ok(isPlainDirective(createDirectiveText(changes)));
    });
  }

  for (const [title, changes] of [
    ['an unknown key', { other: 1 }],
    ['a key of the other type in a rule', { rules: [1, 2].map((stage) => withProduct(stage)) }],
  ] as const) {
    it(`leaves ${title} to the schema, which strips it`, () => {
      const text = createDirectiveText(changes);
      assert.equal(isPlainDirective(text), false);
      assert.deepEqual(checkDirectiveShape(text), { ok: true, value: createDirectiveText() });
    });
  }
});

function withProduct(stage: number): Record<string, unknown> {
  return createRuleText(stage, { product: ['p'] });
}
