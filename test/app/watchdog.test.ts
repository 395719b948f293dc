import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOverload } from '../../app/overload.ts';
import { createReport } from '../../app/watchdog.ts';
import { createEngineCounters } from '../../core/ledger/engine-counters.ts';
import { createLedger } from '../../core/ledger/ledger.ts';
import { createCapturedLog, type CapturedLine } from '../support/captured-log.ts';

function createBed(): {
  readonly ledger: ReturnType<typeof createLedger>;
  readonly counters: ReturnType<typeof createEngineCounters>;
  readonly report: () => CapturedLine | undefined;
  readonly errors: () => readonly CapturedLine[];
} {
  const ledger = createLedger(0);
  const counters = createEngineCounters();
  const { log, lines, find } = createCapturedLog();
  const gauges = {
    ...{ eventsInFlight: 7, directives: 5, directivesOff: 0, managersRunning: 4 },
    ...{ directivesActive: 2, backlogs: 9 },
  };
  const report = createReport({ log, ledger, counters, gauges: () => gauges });
  return {
    ...{ ledger, counters },
    report: () => {
      report();
      return find('watchdog report').at(-1);
    },
    errors: () => lines.filter(({ level }) => level === 50),
  };
}

const NAMES = [
  ...['eps', 'queue_length', 'avg_proc_time_ms', 'directives_ttl', 'directives_active'],
  ...['events_rcvd', 'events_matched', 'backlogs', 'backlogs_timedout'],
];

function valuesOf(line: CapturedLine | undefined): Record<string, unknown> {
  return Object.fromEntries(NAMES.map((name) => [name, line?.[name]]));
}

describe('the watchdog report', () => {
  it('has the numbers of the time since the last one', () => {
    const { ledger, counters, report } = createBed();
    Object.assign(ledger, { received: 123, accepted: 123, noDirective: 93, reached: 30 });
    Object.assign(ledger, { deliveries: 30, opened: 5, unmatched: 25 });
    Object.assign(counters, { eventsSettled: 120, settledMs: 10 });
    Object.assign(counters, { backlogsTimedOut: 2, backlogsEvicted: 1 });
    assert.deepEqual(valuesOf(report()), {
      ...{ eps: 12.3, queue_length: 7, avg_proc_time_ms: 0.083, directives_ttl: 5 },
      ...{ directives_active: 2, events_rcvd: 123, events_matched: 30, backlogs: 9 },
      backlogs_timedout: 3,
    });
    ledger.deliveries += 1;
    ledger.unmatched += 1;
    assert.deepEqual(valuesOf(report()), {
      ...{ eps: 0, queue_length: 7, avg_proc_time_ms: 0, directives_ttl: 5, directives_active: 2 },
      ...{ events_rcvd: 0, events_matched: 1, backlogs: 9, backlogs_timedout: 0 },
    });
  });

  it('counts from its own start, not from that of the process', () => {
    const ledger = Object.assign(createLedger(0), { received: 50, accepted: 50, noDirective: 50 });
    const { log, find } = createCapturedLog();
    const gauges = {
      ...{ eventsInFlight: 0, directives: 0, directivesOff: 0, managersRunning: 0 },
      ...{ directivesActive: 0, backlogs: 0 },
    };
    createReport({ log, ledger, counters: createEngineCounters(), gauges: () => gauges })();
    assert.equal(find('watchdog report')[0]?.['events_rcvd'], 0);
  });

  it('has at most two decimals of eps and three of the time', () => {
    const { ledger, counters, report } = createBed();
    Object.assign(ledger, { received: 1, accepted: 1, noDirective: 1 });
    Object.assign(counters, { eventsSettled: 3, settledMs: 2 });
    const line = report();
    assert.deepEqual([line?.['eps'], line?.['avg_proc_time_ms']], [0.1, 0.667]);
  });

  it('makes an ERROR of a ledger that does not balance, and says where', () => {
    const { ledger, report, errors } = createBed();
    report();
    assert.deepEqual(errors(), []);
    ledger.accepted += 2;
    report();
    const [line] = errors();
    assert.deepEqual(line?.['imbalances'], [
      { equation: 'received', difference: -2 },
      { equation: 'accepted', difference: 2 },
    ]);
  });
});

describe('the overload state', () => {
  it('is raised by a signal and clears when none came for the hold time', () => {
    let now = 1_000;
    const overload = createOverload(10_000, () => now);
    assert.equal(overload.isRaised(), false);
    overload.raise();
    now += 9_999;
    assert.equal(overload.isRaised(), true);
    // counted anew from each signal
    overload.raise();
    now += 9_999;
    assert.equal(overload.isRaised(), true);
    now += 1;
    assert.equal(overload.isRaised(), false);
    overload.raise();
    assert.equal(overload.isRaised(), true);
  });
});
