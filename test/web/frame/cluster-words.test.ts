import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingNodesOf, noteMissing } from '../../../web/api/missing-nodes.ts';
import { findingWords, missingWords } from '../../../web/frame/cluster-words.ts';

describe('what a page says of a cluster', () => {
  for (const [nodes, words] of [
    [[], ''],
    [['b1'], 'Backend b1 does not answer: what it has is not in these lists and counts.'],
    [
      ['b1', 'b2', 'b3'],
      'Backends b1, b2 and b3 do not answer: what they have is not in these lists and counts.',
    ],
  ] as const) {
    it(`names ${String(nodes.length)} backends that do not answer`, () => {
      assert.equal(missingWords(nodes), words);
    });
  }

  it('tells each finding once', () => {
    const findings = [
      { code: 'node_away' as const, message: 'backend b1 does not answer', nodes: ['b1'] },
      { code: 'node_away' as const, message: 'backend b2 does not answer', nodes: ['b2'] },
      { code: 'doubly_held_file' as const, message: 'x.json fits several', file: 'x.json' },
    ];
    assert.deepEqual(findingWords(findings, ['b1']), [
      'Backend b2 does not answer.',
      'x.json fits several.',
    ]);
  });

  it('follows the newest answer of each path that it shows', () => {
    const missing = (...nodes: string[]): unknown => ({ total: 1, missing_nodes: nodes });
    noteMissing('/alarms?status=Open', missing('b2', 'b1'));
    noteMissing('/alarms/facets', missing('b1'));
    noteMissing('/backlogs', missing('b3'));
    assert.deepEqual(missingNodesOf(['/alarms', '/alarms/facets']), ['b1', 'b2']);
    noteMissing('/alarms', { total: 1 });
    assert.deepEqual(missingNodesOf(['/alarms', '/alarms/facets']), ['b1']);
    for (const body of [null, 'text', [], { missing_nodes: 'b' }]) noteMissing('/backlogs', body);
    assert.deepEqual(missingNodesOf(['/backlogs']), []);
  });
});
