import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { checkConfigurationFile } from '../../config/check-configuration.ts';
import { directiveSchema } from '../../config/schemas.ts';
import { checkBuiltInSource } from '../support/source-check.ts';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'writing-directives.md'), 'utf8');
const examples = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json);

describe('docs/writing-directives.md', () => {
  for (const [index, example] of examples.entries()) {
    it(`has an example ${String(index + 1)} without a fault or a warning`, () => {
      const file = { name: 'directives_example.json', text: example };
      const { configuration, faults, warnings } = checkConfigurationFile(file, checkBuiltInSource);
      assert.deepEqual([faults, warnings], [[], []]);
      assert.ok((configuration?.directives.length ?? 0) > 0);
      for (const found of configuration?.directives ?? []) {
        assert.ok(found.directive.ruleSet.keyFields.length > 0);
      }
    });
  }

  it('has examples', () => {
    assert.equal(examples.length, 2);
  });

  it('names every field of a directive and of both types of rules', () => {
    const { rules, ...own } = directiveSchema.shape;
    const fields = rules.element.options.flatMap(({ shape }) => Object.keys(shape));
    for (const field of new Set([...Object.keys(own), ...fields])) {
      const isCustomData = /^custom_data[123]$/.test(field);
      assert.ok(isCustomData || text.includes(`\`${field}\``), field);
    }
  });
});
