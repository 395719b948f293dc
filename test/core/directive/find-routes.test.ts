import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { RuleSource } from '../../../core/directive/directive-source.ts';
import { findRoutes } from '../../../core/directive/find-routes.ts';

const BASE = { stage: 1, occurrence: 1, reliability: 1, from: 'ANY', to: 'ANY' };

const rule: fc.Arbitrary<RuleSource> = fc
  .oneof(
    fc.record({
      type: fc.constant('PluginRule' as const),
      plugin_id: fc.integer({ min: 1, max: 2 }),
      plugin_sid: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }),
    }),
    fc.record({
      type: fc.constant('TaxonomyRule' as const),
      product: fc.array(fc.constantFrom('', 'a', 'b', '1'), { maxLength: 4 }),
      category: fc.constantFrom('a', 'b', '1'),
    }),
  )
  .map((own) => ({ ...BASE, ...own }));

describe('the routes of rules', () => {
  it('are all that the rules name, each once, in their order', () => {
    const property = fc.property(fc.array(rule, { maxLength: 5 }), (rules) => {
      const named = rules.flatMap(({ type, plugin_id, plugin_sid, product, category }) =>
        type === 'PluginRule'
          ? (plugin_sid ?? []).map((sid) => JSON.stringify([type, plugin_id, sid]))
          : (product ?? []).map((text) => JSON.stringify([type, text, category])),
      );
      const found = findRoutes(rules).map((route) =>
        route.type === 'plugin'
          ? JSON.stringify(['PluginRule', route.pluginId, route.pluginSid])
          : JSON.stringify(['TaxonomyRule', route.product, route.category]),
      );
      assert.deepEqual(found, [...new Set(named)]);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
