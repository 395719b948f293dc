import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatEndpoint } from '../../web/format/addresses.ts';
import { formatAge, formatCountdown, formatDuration } from '../../web/format/durations.ts';
import {
  countOf,
  formatAxis,
  formatBytes,
  formatCount,
  formatShare,
} from '../../web/format/numbers.ts';
import { formatClock, formatFull, formatTime, isoText } from '../../web/format/times.ts';

/** Spaces that do not break read like spaces here. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  const cases: [string, string][] = [
    [formatCount(1204), '1,204'],
    [formatCount(311_874_209), '311,874,209'],
    [formatCount(1203.7), '1,204'],
    [formatAxis(0), '0'],
    [formatAxis(40), '40'],
    [formatAxis(2000), '2 k'],
    [formatAxis(1_500_000), '1.5 M'],
    [formatAxis(999_999), '1 M'],
    [formatShare(0.941), '94.1 %'],
    [formatShare(0), '0 %'],
    [formatShare(1), '100 %'],
    [formatBytes(6_140_000), '6.1 MB'],
    [formatBytes(853), '853 B'],
    [countOf(1, 'alarm'), '1 alarm'],
    [countOf(1204, 'alarm'), '1,204 alarms'],
    [countOf(2, 'is', 'are'), '2 are'],
  ];
  for (const [written, expected] of cases) {
    it(`are written as ${expected}`, () => {
      assert.equal(plain(written), expected);
    });
  }

  it('never part from their unit', () => {
    for (const text of [
      formatAxis(2000),
      formatShare(0.5),
      formatBytes(1e6),
      formatDuration(190),
    ]) {
      assert.doesNotMatch(text, /\d \S*[a-zA-Z%]/);
    }
  });
});

describe('durations', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [-4, '0 s'],
    [0.038, '38 ms'],
    [6, '6 s'],
    [60, '1 min'],
    [190, '3 min 10 s'],
    [6000, '1 h 40 min'],
    [3661, '1 h 1 min'],
    [86_400 * 3 + 3600 * 6 + 59, '3 d 6 h'],
    [86_400 * 3 + 120, '3 d'],
  ];
  for (const [seconds, expected] of cases) {
    it(`of ${String(seconds)} s are written as ${expected}`, () => {
      assert.equal(plain(formatDuration(seconds)), expected);
    });
  }

  it('that count down tick by the second under an hour and by the minute above', () => {
    assert.equal(plain(formatCountdown(3312.2)), '55 min 13 s');
    assert.equal(plain(formatCountdown(6000)), '1 h 40 min');
    assert.equal(plain(formatCountdown(5999)), '1 h 40 min');
    assert.equal(plain(formatCountdown(-1)), '0 s');
  });

  it('that tell an age have one unit', () => {
    const ages = [0, -3, 6, 59, 60, 599, 3600 * 3, 86_400 * 2 + 5].map(formatAge).map(plain);
    assert.deepEqual(ages, ['0 s', '0 s', '6 s', '59 s', '1 min', '9 min', '3 h', '2 d']);
  });
});

describe('times', () => {
  // 24 Nov 2026, 13:41:05.250 UTC
  const at = Date.UTC(2026, 10, 24, 13, 41, 5, 250) / 1000;
  const now = Date.UTC(2026, 10, 24, 20) / 1000;
  const cases: { at: number; precision?: 'second' | 'millisecond'; text: string }[] = [
    { at, text: '13:41' },
    { at, precision: 'second', text: '13:41:05' },
    { at, precision: 'millisecond', text: '13:41:05.250' },
    { at: Math.floor(at), precision: 'millisecond', text: '13:41:05' },
    { at: at - 86_400, text: '23 Nov 13:41' },
    { at: at - 365 * 86_400, text: '2025-11-24 13:41' },
  ];
  for (const { text, ...style } of cases) {
    it(`are written as ${text}`, () => {
      const { at: time, ...rest } = style;
      assert.equal(formatTime(time, { zone: 'utc', now, ...rest }), text);
    });
  }

  it('tell zone and offset in full', () => {
    assert.equal(formatFull(Math.floor(at), 'utc'), '2026-11-24 13:41:05 UTC');
    assert.match(
      formatFull(at, 'local'),
      /^2026-11-2\d \d\d:\d\d:05\.250 local \([+-]\d\d:\d\d\)$/,
    );
  });

  it('are copied as ISO 8601', () => {
    assert.equal(isoText(Math.floor(at)), '2026-11-24T13:41:05Z');
    assert.equal(isoText(at), '2026-11-24T13:41:05.250Z');
  });

  it('stand at an axis with hour and minute', () => {
    assert.equal(formatClock(at, 'utc'), '13:41');
  });
});

describe('addresses', () => {
  it('have their port behind them, those of version 6 in brackets', () => {
    assert.equal(formatEndpoint('10.20.0.5', 22), '10.20.0.5:22');
    assert.equal(formatEndpoint('2001:db8::5', 22), '[2001:db8::5]:22');
    assert.equal(formatEndpoint('2001:db8::5', 0), '2001:db8::5');
  });
});
