import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createLocator, readJson } from '../../config/json-text.ts';

describe('reading JSON', () => {
  for (const [text, problem, line, column] of [
    ['', 'is not valid JSON: a value must stand here (or a comma before it is too much)', 1, 1],
    ['{"a": 1\n "b": 2}', 'is not valid JSON: a comma is missing', 2, 2],
    ['// x\n{}', 'is not valid JSON: comments are not allowed', 1, 1],
    ['{"a": [1, 2}', 'is not valid JSON: a comma is missing', 1, 12],
    [
      '{\n  "a": 1,\n}',
      'is not valid JSON: a key in double quotes must stand here (or a comma before it is too much)',
      3,
      1,
    ],
    ['{"a": 1} x', 'is not valid JSON: an unknown word stands here', 1, 10],
    ['{"a": NaN}', 'is not valid JSON: an unknown word stands here', 1, 7],
    ['{"a" 1}', 'is not valid JSON: a colon is missing', 1, 6],
    ['{"a": "b', 'is not valid JSON: a text is not closed on its line', 1, 7],
  ] as const) {
    it(`says of ${JSON.stringify(text)}: ${problem}`, () => {
      assert.deepEqual(readJson(text), { ok: false, problem, position: { line, column } });
    });
  }

  it('answers for a document nested too deeply to be parsed twice', () => {
    const deep = '['.repeat(200_000);
    assert.equal(readJson(deep).ok, false);
    assert.equal(createLocator(deep + ']'.repeat(200_000))([0]), undefined);
  });
});

describe('finding places', () => {
  const locate = createLocator('{\n  "a": [\n    {"b": 1},\n    {}\n  ]\n}');

  for (const [path, line, column] of [
    [['a', 0, 'b'], 3, 11],
    [['a', 1], 4, 5],
    [['a', 1, 'b'], 4, 5],
    [['a'], 2, 8],
    [['c', 'd'], 1, 1],
  ] as const) {
    it(`puts ${path.join('.')} at line ${String(line)}`, () => {
      assert.deepEqual(locate(path), { line, column });
    });
  }
});
