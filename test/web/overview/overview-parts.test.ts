import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeView, StatusView } from '../../../server/schemas/status.ts';
import { latencyWords, workWords } from '../../../web/overview/latency-words.ts';
import { accountedFor, accountedLines, receivedLines } from '../../../web/overview/ledger-lines.ts';
import { nodeState } from '../../../web/overview/node-lines.ts';
import { outputLines } from '../../../web/overview/output-lines.ts';
import { percentileBound } from '../../../web/overview/percentile.ts';
import { rankDirectives, sumBars, toRiskBars } from '../../../web/overview/risk-series.ts';
import { findTroubles } from '../../../web/overview/troubles.ts';
import { lastHourWords, toHours, usualRange } from '../../../web/overview/usual.ts';
import { makeStatus } from '../../support/status-view.ts';

type Ledger = StatusView['ledger'];

function ledgerWith(changes: Partial<Ledger>): Ledger {
  return { ...makeStatus().ledger, ...changes };
}

describe('the ledger as book-keeping', () => {
  const ledger = ledgerWith({
    ...{ received: 120, accepted: 100, refused: { '400': 4, '418': 1, '503': 15 } },
    ...{ reached: 60, no_directive: 35, whitelisted: 3, unrouted: 2 },
  });

  it('takes each refusal off what was received', () => {
    const lines = receivedLines(ledger).map(({ name, count, note }) => `${name} ${count} ${note}`);
    assert.deepEqual(
      lines.map((line) => line.replaceAll('\u00a0', ' ').trim()),
      [
        'Received 120',
        'refused, invalid − 5 400, 418',
        'refused, too fast − 0 429',
        'refused, queue full − 15 503',
        'Accepted 100',
      ],
    );
  });

  it('shows other refusals, failures and losses only where there are some', () => {
    const names = (given: Ledger): string[] =>
      [...receivedLines(given), ...accountedLines(given)].map(({ name }) => name);
    assert.ok(!names(ledger).includes('Lost') && !names(ledger).includes('Failed'));
    const bad = { ...ledger, lost: 1, failed: 2, refused: { '401': 3 } };
    for (const name of ['Lost', 'Failed', 'refused, not allowed']) {
      assert.ok(names(bad).includes(name), name);
    }
  });

  it('adds up to what was accepted', () => {
    assert.equal(accountedFor(ledger), 100);
    assert.deepEqual(
      accountedLines(ledger).map(({ count, note }) => `${count} ${note}`.trim()),
      ['60 60.0\u00a0%', '35 35.0\u00a0%', '3', '2', '100'],
    );
  });
});

describe('what is lost', () => {
  const cases: readonly { readonly status: StatusView; readonly troubles: readonly string[] }[] = [
    { status: makeStatus(), troubles: [] },
    {
      status: makeStatus({
        ledger: ledgerWith({ imbalances: [{ equation: 'accepted', difference: 14 }] }),
      }),
      troubles: ['14 events are unaccounted for'],
    },
    {
      status: makeStatus({
        ledger: ledgerWith({
          lost: 1,
          alarm_lines: { decided: 5, written: 3, waiting: 0, lost: 2 },
          imbalances: [{ equation: 'deliveries', difference: -1 }],
        }),
      }),
      troubles: ['1 delivery is unaccounted for', '1 event is lost', '2 alarm lines are lost'],
    },
    {
      status: makeStatus({ alarm_store: { ...makeStatus().alarm_store, lost: 3 } }),
      troubles: ['3 changes are not in the alarm store'],
    },
  ];
  for (const { status, troubles } of cases) {
    it(troubles.join(', ') || 'is nothing', () => {
      const said = findTroubles(status).map((text) => text.replaceAll('\u00a0', ' '));
      assert.deepEqual(said, troubles);
    });
  }
});

describe('the outputs', () => {
  const none = { ...{ cached: 0, joined: 0, answered: 0, failed: 0 }, timed_out: 0, skipped: 0 };

  it('show what waits or is lost only where something does', () => {
    const names = outputLines(makeStatus(), null).map(({ name }) => name);
    assert.ok(!names.includes('waiting') && !names.includes('lost'));
    const alarm_lines = { decided: 9, written: 6, waiting: 2, lost: 1 };
    const lines = outputLines(makeStatus({ ledger: ledgerWith({ alarm_lines }) }), null);
    assert.deepEqual(
      lines.slice(0, 4).map(({ name, count }) => [name, count]),
      [
        ['Alarm lines decided', 9],
        ['in siem_alarms.json', 6],
        ['waiting', 2],
        ['lost', 1],
      ],
    );
  });

  it('name the look-up sources that failed', () => {
    const source = { ...none, source: 'Wise', type: 'intel', asked: 9, open: 0, found: 1 };
    const lines = outputLines(makeStatus(), {
      ...{ alarms_raised: 0, feed_clients: 0 },
      event_seconds: { count: 0, sum: 0, bounds: [], counts: [0] },
      look_ups: [
        { ...source, answered: 3, cached: 2, failed: 1, timed_out: 3 },
        { ...source, source: 'Nesd', answered: 4 },
      ],
    });
    assert.deepEqual(
      lines.slice(-2).map(({ name, count }) => [name, count]),
      [
        ['Look-ups answered', 9],
        ['failed, Wise', 4],
      ],
    );
  });
});

describe('alarms over time', () => {
  const statistics = (series: Record<string, number[]>): Parameters<typeof toRiskBars>[0] => ({
    ...{ since: 100, bucket_seconds: 60, rest: [0, 0], close_seconds: null },
    series: Object.entries(series).map(([value, counts]) => ({ value, counts })),
    first_look_seconds: null,
  });

  it('are bars by risk, with those of nothing', () => {
    const bars = toRiskBars(statistics({ High: [0, 2], Low: [1, 0] }));
    assert.deepEqual(bars, [
      { at: 100, low: 1, medium: 0, high: 0 },
      { at: 160, low: 0, medium: 0, high: 2 },
    ]);
    assert.deepEqual(sumBars(bars), { low: 1, medium: 0, high: 2 });
  });

  it('rank directives by all their alarms', () => {
    const ranked = rankDirectives({
      low: statistics({ 7: [1, 1], 9: [4, 0] }),
      medium: statistics({ 7: [3, 0] }),
      high: statistics({ 8: [0, 1] }),
    });
    assert.deepEqual(ranked, [
      { id: 7, low: 2, medium: 3, high: 0, total: 5 },
      { id: 9, low: 4, medium: 0, high: 0, total: 4 },
      { id: 8, low: 0, medium: 0, high: 1, total: 1 },
    ]);
  });

  it('are summed to whole hours that end now', () => {
    const counts = [9, ...new Array<number>(12).fill(1), ...new Array<number>(12).fill(2)];
    assert.deepEqual(toHours(counts), [12, 24]);
  });

  it('are compared with what is usual once enough is known', () => {
    const before = [1, 1, 1, 2, 2, 2, 3, 3, 9];
    assert.deepEqual(usualRange(before), { from: 1, to: 3 });
    assert.equal(lastHourWords(4, before), '4 came in the last hour, more than usual (1 to 3)');
    assert.equal(lastHourWords(0, before), 'None came in the last hour, less than usual (1 to 3)');
    assert.equal(lastHourWords(2, before), '2 came in the last hour, as usual (1 to 3)');
    assert.equal(lastHourWords(2, [5]), '2 came in the last hour');
  });
});

describe('how long events take', () => {
  const ranges = { count: 100, bounds: [0.001, 0.025], counts: [90, 9, 1] };
  it('is the bound that 99 of 100 keep to', () => {
    assert.equal(percentileBound(ranges, 0.99), 0.025);
    assert.equal(percentileBound(ranges, 0.5), 0.001);
    assert.equal(percentileBound(ranges, 1), Infinity);
    assert.equal(percentileBound({ ...ranges, count: 0 }, 0.5), null);
  });

  const words: readonly [text: string, words: string][] = [
    [latencyWords(ranges), '25 ms p99'],
    [latencyWords({ ...ranges, counts: [0, 0, 100] }), 'more than 25 ms p99'],
    [latencyWords({ ...ranges, count: 0 }), 'no events yet'],
    [workWords(0.000_012), '12 µs'],
    [workWords(0.000_9), '0.9 ms'],
  ];
  for (const [text, expected] of words) {
    it(expected, () => {
      assert.equal(text.replaceAll('\u00a0', ' '), expected);
    });
  }
});

describe('a backend of a cluster', () => {
  const node: NodeView = {
    ...{ node: 'a', version: '1', since: 10, last_seen: 20, answers: true, ready: true },
    ...{ reasons: [], notes: [], overloaded: false, ledger: {}, gauges: {} },
    ...{ directives: 3, alarms: 1, last_reload: null },
  };
  const cases: readonly [changes: Partial<NodeView>, text: string, isTrouble: boolean][] = [
    [{}, 'ready', false],
    [{ answers: false }, 'does not answer', true],
    [{ overloaded: true }, 'overloaded', true],
    [
      { notes: [{ code: 'reload', message: 'the last reload failed' }] },
      'the last reload failed',
      false,
    ],
    [
      { ready: false, reasons: [{ code: 'disk', message: 'the disk is full' }] },
      'not ready, the disk is full',
      true,
    ],
  ];
  for (const [changes, text, isTrouble] of cases) {
    it(text, () => {
      assert.deepEqual(nodeState({ ...node, ...changes }), { text, isTrouble });
    });
  }
});
