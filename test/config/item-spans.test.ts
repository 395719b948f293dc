import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findItemSpans, lineAt } from '../../config/item-spans.ts';

describe('findItemSpans', () => {
  const cases: readonly (readonly [text: string, items: string[]])[] = [
    ['{"directives":[]}', []],
    ['{ "directives" : [ 1 , {"a": [1,2]} ,\n "x" ] }', ['1', '{"a": [1,2]}', '"x"']],
    ['{"a":[9],"directives":["[,]","\\"]"],"b":{"directives":[8]}}', ['"[,]"', '"\\"]"']],
    ['{"directives":[1],"directives":[2,3]}', ['2', '3']],
    ['{"\\u0064irectives":[1]}', ['1']],
    ['{"directives":3}', []],
    ['{}', []],
  ];
  for (const [text, items] of cases) {
    it(`finds ${JSON.stringify(items)} in ${text}`, () => {
      const spans = findItemSpans(text, 'directives');
      assert.deepEqual(
        spans.map(({ start, end }) => text.slice(start, end)),
        items,
      );
    });
  }

  it('finds in any document what JSON.parse finds', () => {
    const documents = fc.tuple(fc.array(fc.jsonValue()), fc.jsonValue(), fc.constantFrom(0, 1, 3));
    fc.assert(
      fc.property(documents, ([list, other, indent]) => {
        const text = JSON.stringify({ before: other, list, after: [other] }, null, indent);
        const found = findItemSpans(text, 'list').map(({ start, end }): unknown =>
          JSON.parse(text.slice(start, end)),
        );
        assert.deepEqual(found, JSON.parse(JSON.stringify(list)));
      }),
    );
  });
});

describe('lineAt', () => {
  it('counts lines from 1', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((offset) => lineAt('a\nb\n', offset)),
      [1, 1, 2, 2],
    );
  });
});
