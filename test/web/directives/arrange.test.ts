import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrange,
  parseTableState,
  tableAddress,
  type TableState,
} from '../../../web/directives/arrange.ts';
import { createEntry } from '../../support/directive-entries.ts';

const NOW = 10_000_000;
const heard = { last_event: NOW };

function stateOf(query: string): TableState {
  return parseTableState(new URLSearchParams(query));
}

describe('the table of directives', () => {
  it('has its state in the address, without what is as by default', () => {
    assert.equal(tableAddress(stateOf('')), '#/directives');
    for (const query of ['view=silent&q=ssh&sort=name&time=all', 'sort=-events', 'time=24h']) {
      assert.equal(tableAddress(stateOf(query)), `#/directives?${query}`);
    }
    assert.equal(tableAddress(stateOf('view=nonsense&sort=-nonsense')), '#/directives');
  });

  const entries = [
    createEntry({ row: { id: 3, name: 'SSH' }, statistics: heard, alarms: { medium: 9 } }),
    createEntry({ row: { id: 1, name: 'web' }, statistics: heard, alarms: { high: 1 } }),
    createEntry({ row: { id: 12, name: 'scan', sources: ['1001'] }, statistics: heard }),
    createEntry({ row: { id: 2, name: 'off', enabled: false } }),
  ];
  const cases: readonly [query: string, ids: readonly number[], why: string][] = [
    ['', [1, 3, 2, 12], 'High alarms come before any number of Medium ones'],
    ['sort=id', [1, 2, 3, 12], 'by id'],
    ['sort=name', [2, 12, 3, 1], 'by name without regard to case'],
    ['view=off', [2], 'those off'],
    ['q=1&sort=id', [1, 12], 'an id is found by how it begins'],
    ['q=100&sort=id', [12], 'a plugin is found'],
    ['q=SS', [3], 'a name is found'],
  ];
  for (const [query, ids, why] of cases) {
    it(`with "${query}" shows ${ids.join(', ')}: ${why}`, () => {
      assert.deepEqual(arrange(entries, stateOf(query), NOW), ids);
    });
  }
});
