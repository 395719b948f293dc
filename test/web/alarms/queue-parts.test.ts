import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  asBeforeWords,
  doneWords,
  progressWords,
  refusedWords,
  skippedWords,
} from '../../../web/alarms/list/change-words.ts';
import { moveFacets, type Facets } from '../../../web/alarms/list/facet-counts.ts';
import { listFilters, valueWords } from '../../../web/alarms/list/filter-words.ts';
import { ariaSort, sortAfterClick, toSort } from '../../../web/alarms/list/list-sort.ts';
import { compileQueueFilter } from '../../../web/alarms/list/live-filter.ts';
import { readMoment, writeMoment } from '../../../web/alarms/list/moment-text.ts';
import { readOpened, withOpened } from '../../../web/alarms/list/opened-alarms.ts';
import { toQueueRow } from '../../../web/alarms/list/queue-row.ts';
import { sideTip, sideWords } from '../../../web/alarms/list/row-words.ts';
import {
  cursorAfter,
  extendSelection,
  keepSelected,
  moveCursor,
  NO_SELECTION,
  toggleSelected,
} from '../../../web/alarms/list/selection.ts';
import { statusKeys } from '../../../web/alarms/list/status-keys.ts';
import { spanWords, toSpan } from '../../../web/alarms/list/time-span.ts';
import { nextAddress, refusalWords } from '../../../web/login/login-words.ts';
import { parseQueueState } from '../../../web/router/queue-state.ts';
import { makeRow, makeState } from '../../support/queue-rows.ts';

const ORDER = ['a', 'b', 'c', 'd'];

describe('the cursor', () => {
  for (const { from, step, to } of [
    { from: null, step: 1, to: 'a' },
    { from: 'a', step: 1, to: 'b' },
    { from: 'd', step: 1, to: 'd' },
    { from: 'a', step: -1, to: 'a' },
    { from: 'b', step: Infinity, to: 'd' },
    { from: 'c', step: -Infinity, to: 'a' },
    { from: 'gone', step: 1, to: 'a' },
  ]) {
    it(`moves from ${String(from)} by ${String(step)} to ${to}`, () => {
      assert.equal(moveCursor(ORDER, from, step), to);
    });
  }

  for (const { left, cursor, now } of [
    { left: ['a', 'c', 'd'], cursor: 'b', now: 'c' },
    { left: ['a', 'b'], cursor: 'd', now: 'b' },
    { left: ['a', 'd'], cursor: 'a', now: 'a' },
    { left: [], cursor: 'a', now: null },
  ]) {
    it(`is on ${String(now)} when of a to d only ${left.join(' ') || 'nothing'} stays under ${cursor}`, () => {
      assert.equal(cursorAfter(ORDER, new Set(left), cursor), now);
    });
  }
});

describe('the selection', () => {
  it('is toggled, extended in both directions, and loses what left the list', () => {
    const one = toggleSelected(NO_SELECTION, 'c');
    assert.deepEqual([...one.ids], ['c']);
    const more = extendSelection(one, ORDER, { from: 'c', to: 'a' });
    assert.deepEqual([...more.ids].sort(), ['a', 'b', 'c']);
    assert.deepEqual([...toggleSelected(more, 'b').ids].sort(), ['a', 'c']);
    assert.deepEqual([...keepSelected(more, ['b', 'd']).ids], ['b']);
    assert.equal(keepSelected(more, ORDER), more);
  });
});

describe('the filter of the feed', () => {
  const row = makeState('x1', {
    directive_id: 5,
    alarm: { risk_class: 'High', src_ips: ['10.1.2.3'], update_time: 5000, title: 'SSH break-in' },
  });
  for (const { query, fits } of [
    { query: '', fits: true },
    { query: 'status=Closed', fits: false },
    { query: 'status=*', fits: true },
    { query: 'risk=High,Low', fits: true },
    { query: 'risk=Low', fits: false },
    { query: 'not.risk=High', fits: false },
    { query: 'from=10.1.0.0/16', fits: true },
    { query: 'to=10.1.2.3', fits: false },
    { query: 'address=10.1.2.3', fits: true },
    { query: 'directive=5&progress=running', fits: true },
    { query: 'progress=timeout', fits: false },
    { query: 'q=ssh', fits: true },
    { query: 'q=telnet', fits: false },
    { query: 'time=1h', fits: true },
    { query: 'time=1m', fits: false },
    { query: 'time=4000..4999', fits: false },
    { query: 'time=4000..', fits: true },
    { query: 'assignee=ann', fits: false },
  ]) {
    it(`${fits ? 'takes' : 'refuses'} the alarm under "${query}"`, () => {
      const test = compileQueueFilter(parseQueueState(new URLSearchParams(query)), 'Open');
      assert.equal(test(row, 6000), fits);
    });
  }

  it('takes no deleted alarm', () => {
    const test = compileQueueFilter(parseQueueState(new URLSearchParams('status=*')), 'Open');
    assert.equal(test({ ...row, deleted: true }, 6000), false);
  });
});

describe('words of the queue', () => {
  it('tell what was done, how far it is, and what was left', () => {
    assert.equal(plain(doneWords({ status: 'Closed' }, 2)), '2 alarms set to Closed.');
    assert.equal(plain(doneWords({ tag: 'Valid Threat' }, 1)), '1 alarm tagged Valid Threat.');
    assert.equal(plain(doneWords({ deleted: true }, 1)), '1 alarm deleted.');
    assert.equal(
      plain(progressWords({ status: 'Closed' }, 412, 1204)),
      '412 of 1,204 alarms set to Closed.',
    );
    assert.equal(plain(asBeforeWords(2)), 'The 2 alarms are as before.');
    assert.equal(skippedWords([]), '');
    assert.match(skippedWords([{ by: 'ann' }]), /^1 alarm was changed by ann meanwhile/);
    assert.match(
      plain(skippedWords([{ by: 'ann' }, { by: 'bob' }])),
      /^2 alarms were changed by others/,
    );
    assert.equal(
      refusedWords({ status: 503, message: 'no room' }),
      'Not saved: the engine answered “no room”.',
    );
    assert.equal(
      refusedWords({ status: 0, message: '' }),
      'Not saved: the engine does not answer.',
    );
  });

  it('give each status a key: its letter where that is free, else its place', () => {
    assert.deepEqual(statusKeys(['Open', 'In-Progress', 'Closed']), ['o', 'i', 'c']);
    assert.deepEqual(statusKeys(['New', 'Triage', 'Closed', 'Confirmed']), ['1', '2', '3', '4']);
  });

  it('name addresses, how many more there are, and all of them in the tooltip', () => {
    const names = { '10.0.0.1': 'db01' };
    assert.deepEqual(sideWords(['10.0.0.1', '10.0.0.2'], names), { first: 'db01', more: 1 });
    assert.equal(sideTip(['10.0.0.1', '10.0.0.2'], names), 'db01 10.0.0.1\n10.0.0.2');
    const many = Array.from({ length: 14 }, (_, index) => `10.0.0.${String(index)}`);
    assert.match(sideTip(many, {}), /\nand 2 more$/);
  });

  it('call filters by what they are of', () => {
    const names = { directive: { '5': 'SSH' }, address: { '10.0.0.1': 'db01' } };
    assert.equal(valueWords('directive', '5', names), 'SSH');
    assert.equal(valueWords('from', '10.0.0.1', names), 'db01');
    assert.equal(valueWords('progress', 'running', undefined), 'Under way');
    const state = parseQueueState(new URLSearchParams('risk=High&not.tag=x'));
    assert.deepEqual(listFilters(state), [
      { key: 'risk', value: 'High', mode: 'is' },
      { key: 'tag', value: 'x', mode: 'not' },
    ]);
  });
});

describe('times of the queue', () => {
  it('are read as the address writes them', () => {
    assert.deepEqual(toSpan('7d', 700_000), { since: 700_000 - 604_800 });
    assert.deepEqual(toSpan('5..', 0), { since: 5, until: undefined });
    assert.deepEqual(toSpan('', 0), { since: undefined, until: undefined });
  });

  it('are said in words', () => {
    const style = { zone: 'utc', now: 7200 } as const;
    assert.equal(spanWords('', style), 'Any time');
    assert.equal(spanWords('24h', style), 'Last 24 hours');
    assert.equal(spanWords('90m', style), 'Last 90m');
    assert.equal(spanWords('0..3600', style), '00:00 to 01:00');
    assert.equal(spanWords('..3600', style), 'Until 01:00');
  });

  it('go into the fields of the browser and back', () => {
    const text = writeMoment(1_795_626_060, 'utc');
    assert.equal(readMoment(text, 'utc'), 1_795_626_060);
    assert.equal(readMoment(writeMoment(1_795_626_060, 'local'), 'local'), 1_795_626_060);
    assert.equal(readMoment('', 'utc'), undefined);
    assert.equal(writeMoment(undefined, 'utc'), '');
  });
});

describe('the order of the queue', () => {
  it('is the highest first after a click on a head, then reversed', () => {
    assert.equal(sortAfterClick('-last', 'risk'), '-risk');
    assert.equal(sortAfterClick('-risk', 'risk'), 'risk');
    assert.equal(sortAfterClick('risk', 'risk'), '-risk');
    assert.equal(ariaSort('-risk', 'risk'), 'descending');
    assert.equal(ariaSort('-risk', 'last'), undefined);
    assert.deepEqual(toSort('events'), { by: 'events', descending: false });
    assert.deepEqual(toSort('-nonsense'), { by: 'last', descending: true });
  });
});

describe('the counts of the filters', () => {
  const facet = (...values: [string, number][]): Facets['tag'] => ({
    values: values.map(([value, count]) => ({ value, count })),
    rest: { values: 0, count: 0 },
  });
  const facets: Facets = {
    status: facet(['Open', 3], ['Closed', 1]),
    tag: facet(['Identified Threat', 3]),
    risk: facet(['Low', 3]),
    progress: facet(['running', 3]),
    directive: facet(['1', 3]),
    from: facet(['10.0.0.1', 3]),
    to: facet(['192.168.0.1', 2]),
    names: { directive: {}, address: {} },
  };
  const before = toQueueRow(makeRow('a'));

  it('follow a row that leaves the list', () => {
    const after = toQueueRow(makeRow('a', { alarm: { status: 'Closed' } }));
    const moved = moveFacets(facets, [{ before, after, wasIn: true, isIn: false }]);
    assert.deepEqual(
      moved.status.values.map(({ count }) => count),
      [2, 2],
    );
    assert.equal(moved.from.values[0]?.count, 2);
    const back = [{ before: after, after: before, wasIn: false, isIn: true }];
    assert.deepEqual(moveFacets(moved, back), facets);
  });

  it('stay the same object where nothing changed', () => {
    const after = toQueueRow(makeRow('a', { assignee: 'ann' }));
    assert.equal(moveFacets(facets, [{ before, after, wasIn: true, isIn: true }]), facets);
  });
});

describe('alarms that were opened', () => {
  it('are remembered with how far they were, the last 2,000', () => {
    let opened = readOpened('[["a",1]]');
    opened = withOpened(opened, 'a', 2);
    assert.equal(opened.get('a'), 2);
    for (let index = 0; index < 2000; index += 1) opened = withOpened(opened, String(index), 0);
    assert.equal(opened.size, 2000);
    assert.equal(opened.has('a'), false);
  });

  for (const text of [null, 'nonsense', '{}', '[1,["a"],["b",2]]']) {
    it(`are read from ${String(text)} as far as that is sound`, () => {
      assert.deepEqual([...readOpened(text)], text?.includes('"b"') === true ? [['b', 2]] : []);
    });
  }
});

describe('the login', () => {
  for (const { next, to } of [
    { next: null, to: '#/alarms' },
    { next: '#/directives/4', to: '#/directives/4' },
    { next: 'https://elsewhere.example/', to: '#/alarms' },
    { next: '#/login?next=x', to: '#/alarms' },
  ]) {
    it(`leads from next=${String(next)} to ${to}`, () => {
      assert.equal(nextAddress(next), to);
    });
  }

  for (const { status, code, wait, words } of [
    {
      ...{ status: 401, code: 'wrong_token', wait: 0 },
      words: 'This token is not known. It may have been replaced.',
    },
    { status: 429, code: 'x', wait: 30, words: 'Too many attempts. Try again in 30 s.' },
    { status: 429, code: 'x', wait: 0, words: 'Too many attempts. Try again.' },
    { status: 0, code: 'unreachable', wait: 0, words: 'The engine does not answer.' },
    {
      ...{ status: 401, code: 'wrong_code', wait: 0 },
      words: 'This link was used, or is too old. Make a new one.',
    },
  ]) {
    it(`says for ${String(status)} ${code}: ${words}`, () => {
      assert.equal(plain(refusalWords({ status, code, message: 'no' }, wait)), words);
    });
  }
});

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
