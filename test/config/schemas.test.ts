import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { checkShape } from '../../config/check-shape.ts';
import { FILE_KINDS, LIST_KEYS } from '../../config/file-kind.ts';
import { valueAt } from '../../config/json-value.ts';
import { directiveSchema, fileJsonSchema } from '../../config/schemas.ts';
import { createDirectiveText } from '../support/directive-text.ts';

describe('the JSON Schemas', () => {
  for (const kind of FILE_KINDS) {
    it(`describe ${kind} files in draft 7`, () => {
      const schema = fileJsonSchema(kind);
      assert.equal(valueAt(schema, ['$schema']), 'http://json-schema.org/draft-07/schema#');
      assert.deepEqual(valueAt(schema, ['required']), [LIST_KEYS[kind]]);
      assert.equal(valueAt(schema, ['properties', LIST_KEYS[kind], 'type']), 'array');
    });
  }

  it('offer both types of rules', () => {
    const path = ['properties', 'directives', 'items', 'properties', 'rules', 'items', 'oneOf'];
    const types = [0, 1].map((index) =>
      valueAt(fileJsonSchema('directives'), [...path, index, 'properties', 'type', 'const']),
    );
    assert.deepEqual(types, ['PluginRule', 'TaxonomyRule']);
  });
});

describe('the shape of a directive', () => {
  it('keeps what documents it and drops unknown keys', () => {
    const notes = {
      description: 'd',
      runbook: 'https://wiki.example.org/ssh#guessing',
      false_positives: ['f'],
      attack: ['T1110', 'T1110.001', 'TA0006'],
    };
    const check = checkShape(directiveSchema, createDirectiveText({ ...notes, other: 1 }));
    assert.ok(check.ok);
    for (const [key, value] of Object.entries(notes)) {
      assert.deepEqual(valueAt(check.value, [key]), value);
    }
    assert.equal(Object.hasOwn(check.value, 'other'), false);
  });

  it('needs neither ports, protocol, name nor timeout in a rule', () => {
    const rule = { type: 'TaxonomyRule', product: ['p'], category: 'c', from: 'ANY', to: 'ANY' };
    const rules = [1, 2].map((stage) => ({ ...rule, stage, occurrence: 1, reliability: 1 }));
    assert.ok(checkShape(directiveSchema, createDirectiveText({ rules })).ok);
  });

  for (const [field, value, problem] of [
    ['attack', ['T11'], 'must be an ATT&CK id such as T1110, T1110.001 or TA0006'],
    ['attack', ['TA0006.001'], 'must be an ATT&CK id such as T1110, T1110.001 or TA0006'],
    ['attack', ['t1110'], 'must be an ATT&CK id such as T1110, T1110.001 or TA0006'],
    ['attack', 'T1110', 'must be a list'],
    ['description', 5, 'must be a text'],
    ['false_positives', 5, 'must be a list'],
    ['false_positives', 'a scanner', 'must be a list'],
    ['false_positives', [''], 'must not be empty'],
    ['false_positives', [5], 'must be a text'],
    ['runbook', 'call Anna', 'must be an address that begins with http:// or https://'],
    ['runbook', 'javascript:alert(1)', 'must be an address that begins with http:// or https://'],
    ['runbook', 'https://', 'must be an address that begins with http:// or https://'],
    ['runbook', ' https://a', 'must be an address that begins with http:// or https://'],
    ['runbook', 5, 'must be a text'],
    ['disabled', 'true', 'must be true or false'],
    ['priority', '3', 'must be a whole number, 1 to 5'],
    ['priority', 2.5, 'must be a whole number, 1 to 5'],
    ['name', null, 'must be a text'],
    ['id', 2 ** 60, 'must be a whole number, 1 or more'],
    ['rules', [1, 2], 'must be an object'],
  ] as const) {
    it(`refuses ${field} ${JSON.stringify(value)}: ${problem}`, () => {
      const check = checkShape(directiveSchema, createDirectiveText({ [field]: value }));
      assert.ok(!check.ok);
      assert.equal(check.faults[0]?.problem, problem);
    });
  }
});
