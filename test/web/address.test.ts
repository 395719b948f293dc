import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress, parseAddress } from '../../web/router/address.ts';
import {
  ALL_STATUSES,
  countFilters,
  EMPTY_QUEUE,
  parseQueueState,
  queueAddress,
  toApiQuery,
  toggleFilter,
  type QueueState,
} from '../../web/router/queue-state.ts';
import { toRoute, type Route } from '../../web/router/route.ts';

describe('an address', () => {
  const cases: [string, Route][] = [
    ['', { page: 'moved', to: '#/alarms' }],
    ['#/', { page: 'moved', to: '#/alarms' }],
    ['#/alarms', { page: 'alarms' }],
    ['#/alarms?status=Closed', { page: 'alarms' }],
    ['#/alarms/k3X_9fQz-', { page: 'alarm', id: 'k3X_9fQz-' }],
    ['#/data/alarm-detail/k3X_9fQz-', { page: 'moved', to: '#/alarms/k3X_9fQz-' }],
    ['#/overview', { page: 'overview' }],
    ['#/directives', { page: 'directives' }],
    ['#/directives/backlogs', { page: 'backlogs' }],
    ['#/directives/41007', { page: 'directive', id: 41_007 }],
    ['#/directives/x1', { page: 'unknown' }],
    ['#/configuration', { page: 'configuration', file: null }],
    ['#/configuration/directives_ssh.json', { page: 'configuration', file: 'directives_ssh.json' }],
    ['#/login?next=%23%2Falarms', { page: 'login' }],
    ['#/overview/more', { page: 'unknown' }],
    ['#/alarms/a/b', { page: 'unknown' }],
    ['#/toString', { page: 'unknown' }],
    ['#/%E0%A4%A', { page: 'unknown' }],
  ];
  for (const [address, route] of cases) {
    it(`${address || '(empty)'} leads to ${route.page}`, () => {
      assert.deepEqual(toRoute(parseAddress(address)), route);
    });
  }

  it('keeps what it is written from', () => {
    const written = formatAddress(['configuration', 'a b/ü.json'], [['next', '#/alarms?q=a&b']]);
    const { path, query } = parseAddress(written);
    assert.deepEqual(path, ['configuration', 'a b/ü.json']);
    assert.equal(query.get('next'), '#/alarms?q=a&b');
  });
});

describe('the state of the queue', () => {
  const state: QueueState = {
    status: 'Closed',
    is: { risk: ['High', 'Medium'], address: ['10.0.0.0/8'] },
    not: { tag: ['False Positive'] },
    q: 'db01 & more',
    time: '1795500000..1795600000',
    sort: 'risk',
    peek: 'k3X_9fQz-',
  };

  it('is the same after its address was copied', () => {
    assert.deepEqual(parseQueueState(parseAddress(queueAddress(state)).query), state);
  });

  it('leaves defaults out of the address', () => {
    assert.equal(queueAddress(EMPTY_QUEUE), '#/alarms');
    assert.equal(queueAddress({ is: { address: ['10.0.0.5'] } }), '#/alarms?address=10.0.0.5');
  });

  it('stays readable in the address', () => {
    assert.equal(
      queueAddress({ is: { risk: ['High', 'Medium'], from: ['2001:db8::/32'] }, time: '7d' }),
      '#/alarms?risk=High,Medium&from=2001:db8::/32&time=7d',
    );
  });

  it('asks for the first status by itself, and for none on All', () => {
    assert.equal(toApiQuery(EMPTY_QUEUE, 'Open').toString(), 'status=Open&sort=-last');
    const all = toApiQuery({ ...EMPTY_QUEUE, status: ALL_STATUSES }, 'Open');
    assert.equal(all.get('status'), null);
  });

  it('asks the engine for all it says but the preview', () => {
    assert.deepEqual(Object.fromEntries(toApiQuery(state, 'Open')), {
      status: 'Closed',
      risk: 'High,Medium',
      address: '10.0.0.0/8',
      'not.tag': 'False Positive',
      q: 'db01 & more',
      time: '1795500000..1795600000',
      sort: 'risk',
    });
  });

  it('takes a filter in, takes it out again, and turns it into its opposite', () => {
    const high = { key: 'risk', value: 'High' } as const;
    const once = toggleFilter(EMPTY_QUEUE, { ...high, mode: 'is' });
    assert.deepEqual(once.is, { risk: ['High'] });
    assert.deepEqual(toggleFilter(once, { ...high, mode: 'is' }), EMPTY_QUEUE);
    const turned = toggleFilter(once, { ...high, mode: 'not' });
    assert.deepEqual([turned.is, turned.not], [{}, { risk: ['High'] }]);
  });

  it('counts what narrows it', () => {
    assert.equal(countFilters(state), 6);
    assert.equal(countFilters(EMPTY_QUEUE), 0);
  });
});
