import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Item } from '../../config/item-list.ts';
import { nodeFiles, shareOut, type WeighedItem } from '../../config/split-directives.ts';

function createItem(index: number, file = 'directives_web.json'): Item {
  return { file, index, value: { id: index }, locate: () => undefined };
}

function weigh(costs: readonly number[], routes: readonly string[] = []): WeighedItem[] {
  return costs.map((cost, index) => ({ item: createItem(index), cost, routes }));
}

const costs = fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { maxLength: 40 });
const nodes = fc
  .integer({ min: 1, max: 6 })
  .map((count) => ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count));

describe('sharing directives out', () => {
  it('gives every directive to exactly one node, in the order of the files, always alike', () => {
    const property = fc.property(costs, nodes, (list, names) => {
      const weighed = weigh(list);
      const shares = shareOut(weighed, names);
      const indexes = shares.map(({ items }) => items.map(({ index }) => index));
      assert.deepEqual(
        indexes.flat().sort((left, right) => left - right),
        list.map((_, index) => index),
      );
      for (const own of indexes)
        assert.deepEqual(
          own,
          own.toSorted((left, right) => left - right),
        );
      assert.deepEqual(shareOut(weighed, names), shares);
    });
    fc.assert(property);
  });

  it('leaves no node with more than the fair share and the dearest directive together', () => {
    const property = fc.property(costs, nodes, (list, names) => {
      const fair = list.reduce((sum, cost) => sum + cost, 0) / names.length;
      const dearest = Math.max(0, ...list);
      for (const { cost } of shareOut(weigh(list), names)) assert.ok(cost <= fair + dearest + 1e-6);
    });
    fc.assert(property);
  });

  it('counts a route once for each node, so that directives of the same events stay together', () => {
    const log = Array.from({ length: 40 }, (_, index) => `ssh:${String(index)}`);
    const web = log.map((route) => route.replace('ssh', 'web'));
    const weighed = [log, web, log, web].map((routes, index) => ({
      ...{ item: createItem(index), cost: 10, routes },
    }));
    const shares = shareOut(weighed, ['a', 'b']);
    assert.deepEqual(
      shares.map(({ items, cost }) => [items.map(({ index }) => index), cost]),
      [
        [[0, 2], 60],
        [[1, 3], 60],
      ],
    );
  });

  it('spreads directives that cost nothing, too', () => {
    const shares = shareOut(weigh([0, 0, 0, 0]), ['a', 'b']);
    assert.deepEqual(
      shares.map(({ items }) => items.length),
      [2, 2],
    );
  });
});

describe('the files of the nodes', () => {
  const named = (files: readonly string[]): string[] => {
    const weighed = files.map((file, index) => ({
      ...{ item: createItem(index, file), cost: 1, routes: [] },
    }));
    return [...nodeFiles(shareOut(weighed, ['a', 'b-1'])).keys()];
  };

  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['are named after node and file', ['directives_web.json'], ['directives_a_web.json']],
    [
      'are one for each file that gives a node something',
      ['directives_web.json', 'directives_web.json', 'directives_ssh.json'],
      ['directives_a_ssh.json', 'directives_a_web.json', 'directives_b-1_web.json'],
    ],
    [
      'do not keep the node they were for before',
      ['directives_b-1_web.json', 'directives_a_web.json'],
      ['directives_a_web.json', 'directives_b-1_web.json'],
    ],
    ['take no part of a word for a node', ['directives_ab.json'], ['directives_a_ab.json']],
  ];
  for (const [what, files, expected] of cases) {
    it(what, () => {
      assert.deepEqual(named(files), expected);
    });
  }

  it('hold the values as they were written, keys that are not known too', () => {
    const value = { id: 1, own_key: { deep: [1, 'ü'] } };
    const item = { ...createItem(0), value };
    const files = nodeFiles(shareOut([{ item, cost: 1, routes: [] }], ['a']));
    assert.deepEqual(JSON.parse(files.get('directives_a_web.json') ?? ''), { directives: [value] });
  });
});
