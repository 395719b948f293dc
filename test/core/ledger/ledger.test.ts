import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngineCounters } from '../../../core/ledger/engine-counters.ts';
import {
  createLedger,
  findImbalances,
  REFUSALS,
  type Ledger,
} from '../../../core/ledger/ledger.ts';

/** A ledger that balances and in which every counter is above 0. */
function createBusyLedger(): Ledger {
  const ledger = createLedger(1_800_000_000);
  for (const [index, status] of REFUSALS.entries()) ledger.refused[status] = index + 1;
  const refused = (REFUSALS.length * (REFUSALS.length + 1)) / 2;
  Object.assign(ledger, {
    reached: 1,
    noDirective: 2,
    whitelisted: 3,
    failed: 4,
    lost: 5,
    unrouted: 6,
    published: 7,
  });
  ledger.accepted = 28;
  ledger.received = 28 + refused;
  Object.assign(ledger, {
    consumed: 1,
    opened: 2,
    unmatched: 3,
    outOfOrder: 4,
    deliveriesFailed: 5,
  });
  Object.assign(ledger, { deliveriesInFlight: 6, deliveries: 21 });
  Object.assign(ledger.alarmLines, { decided: 6, written: 1, waiting: 2, lost: 3 });
  Object.assign(ledger.alarmEventLines, { decided: 60, written: 10, waiting: 20, lost: 30 });
  return ledger;
}

describe('the ledger', () => {
  it('balances when nothing has happened, and knows since when it counts', () => {
    const ledger = createLedger(1_800_000_000);
    assert.deepEqual(findImbalances(ledger), []);
    assert.equal(ledger.since, 1_800_000_000);
  });

  it('balances when every event and line is accounted for', () => {
    assert.deepEqual(findImbalances(createBusyLedger()), []);
  });

  const rows: readonly [string, (ledger: Ledger) => unknown, string, number][] = [
    ['an event received', (ledger) => (ledger.received += 1), 'received', 1],
    ...REFUSALS.map((status): [string, (ledger: Ledger) => unknown, string, number] => [
      `a ${String(status)}`,
      (ledger) => (ledger.refused[status] += 1),
      ...(['received', -1] as const),
    ]),
    ['an event without directive', (ledger) => (ledger.noDirective += 1), 'accepted', -1],
    ['an event reached', (ledger) => (ledger.reached += 1), 'accepted', -1],
    ['an event whitelisted', (ledger) => (ledger.whitelisted += 1), 'accepted', -1],
    ['an event failed', (ledger) => (ledger.failed += 1), 'accepted', -1],
    ['an event lost', (ledger) => (ledger.lost += 1), 'accepted', -1],
    ['an event in flight', (ledger) => (ledger.unrouted += 1), 'accepted', -1],
    ['a delivery', (ledger) => (ledger.deliveries += 2), 'deliveries', 2],
    ['a delivery consumed', (ledger) => (ledger.consumed += 1), 'deliveries', -1],
    ['a backlog opened', (ledger) => (ledger.opened += 1), 'deliveries', -1],
    ['a delivery unmatched', (ledger) => (ledger.unmatched += 1), 'deliveries', -1],
    ['a delivery out of order', (ledger) => (ledger.outOfOrder += 1), 'deliveries', -1],
    ['a delivery failed', (ledger) => (ledger.deliveriesFailed += 1), 'deliveries', -1],
    ['a delivery in flight', (ledger) => (ledger.deliveriesInFlight += 1), 'deliveries', -1],
    ['an alarm line decided', (ledger) => (ledger.alarmLines.decided += 1), 'alarm lines', 1],
    ['an alarm line written', (ledger) => (ledger.alarmLines.written += 1), 'alarm lines', -1],
    [
      'an event line waiting',
      (ledger) => (ledger.alarmEventLines.waiting += 1),
      'alarm-event lines',
      -1,
    ],
    ['an event line lost', (ledger) => (ledger.alarmEventLines.lost += 1), 'alarm-event lines', -1],
  ];
  for (const [what, change, equation, difference] of rows) {
    it(`shows ${what} that is missing elsewhere`, () => {
      const ledger = createBusyLedger();
      change(ledger);
      assert.deepEqual(findImbalances(ledger), [{ equation, difference }]);
    });
  }

  it('stands beside counters that begin at zero', () => {
    assert.deepEqual(new Set(Object.values(createEngineCounters())), new Set([0]));
  });
});
