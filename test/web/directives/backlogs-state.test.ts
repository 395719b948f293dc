import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  backlogsAddress,
  backlogsQuery,
  parseBacklogsState,
} from '../../../web/directives/backlogs-state.ts';

const HOME = '#/directives/backlogs';

describe('the address of live backlogs', () => {
  for (const [query, address, asked] of [
    ['', HOME, { sort: 'deadline' }],
    ['sort=-stage', `${HOME}?sort=-stage`, { sort: '-stage' }],
    ['sort=name&directive=x', HOME, { sort: 'deadline' }],
    ['directive=7&q=ssh', `${HOME}?directive=7&q=ssh`, { sort: 'deadline', directive: '7' }],
    ['q=10.0.0.1', `${HOME}?q=10.0.0.1`, { sort: 'deadline', address: '10.0.0.1' }],
    ['q=10.0.0.0/8', `${HOME}?q=10.0.0.0/8`, { sort: 'deadline', address: '10.0.0.0/8' }],
    ['q=10.0', `${HOME}?q=10.0`, { sort: 'deadline' }],
  ] as const) {
    it(`?${query} asks the engine for ${JSON.stringify(asked)}`, () => {
      const state = parseBacklogsState(new URLSearchParams(query));
      assert.equal(backlogsAddress(state), address);
      assert.deepEqual(backlogsQuery(state), asked);
    });
  }
});
