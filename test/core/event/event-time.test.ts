import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatEventTime, parseEventTime } from '../../../core/event/event-time.ts';

const EIGHT = Date.UTC(2026, 10, 24, 8) / 1000;

describe('parseEventTime', () => {
  const taken: readonly (readonly [string, number])[] = [
    ['2026-11-24T08:00:00Z', EIGHT],
    ['2026-11-24t08:00:00z', EIGHT],
    ['2026-11-24 08:00:00Z', EIGHT],
    ['2026-11-24   08:00:00Z', EIGHT],
    ['2026-11-24T08:00:00.999999999Z', EIGHT],
    [`2026-11-24T08:00:00.${'9'.repeat(500)}Z`, EIGHT],
    ['2026-11-24T15:00:00+07:00', EIGHT],
    ['2026-11-24T15:00:00.5+0700', EIGHT],
    ['2026-11-24T15:00:00 +07:00', EIGHT],
    ['2026-11-24T02:30:00-05:30', EIGHT],
    ['2026-11-24T08:00:00-00:00', EIGHT],
    ['2026-11-24T08:00:00 UTC', EIGHT],
    ['2026-11-24T08:00:00utc', EIGHT],
    [' 2026-11-24T08:00:00Z ', EIGHT],
    ['2026-11-24T8:0:0Z', EIGHT],
    ['2026-1-2T08:00:00Z', Date.UTC(2026, 0, 2, 8) / 1000],
    ['2026-12-31T23:59:60Z', Date.UTC(2026, 11, 31, 23, 59, 59) / 1000],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) / 1000],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29) / 1000],
    ['1970-01-01T00:00:00Z', 0],
    ['1969-12-31T23:00:00-01:00', 0],
    ['9999-12-31T23:59:59Z', 253_402_300_799],
  ];
  for (const [text, seconds] of taken) {
    it(`takes ${text.slice(0, 40)}`, () => {
      assert.equal(parseEventTime(text), seconds);
    });
  }

  const refused = [
    '',
    'Z',
    'foo 1',
    '2026-11-24',
    '2026-11-24T08:00:00',
    '2026-11-24T08:00Z',
    '2026-11-24T08:00:00+07',
    '2026-11-24T08:00:00,5Z',
    '2026-11-24T08:00:00.Z',
    '2026-11-24_08:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T08:60:00Z',
    '2026-11-24T08:00:61Z',
    '2026-11-24T08:00:00+24:00',
    '2026-11-24T08:00:00+00:60',
    '2026-11-24T08:00:00Zulu',
    '2026-11-24T08:00:00+07:00 x',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+10000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-11-24T08:00:00\u221207:00',
    '٢٠٢٦-11-24T08:00:00Z',
    '202x-11-24T08:00:00Z',
    '2026-11-24T08:00:/0Z',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseEventTime(text), undefined);
      assert.equal(formatEventTime(text), undefined);
    });
  }

  it('agrees with Date.parse on every time that both know', () => {
    const property = fc.property(
      fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }),
      fc.integer({ min: 0, max: 23 * 60 + 59 }),
      fc.constantFrom('+', '-'),
      (date, minutes, sign) => {
        const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
        const offset = `${sign}${hours}:${String(minutes % 60).padStart(2, '0')}`;
        const text = date.toISOString().replace('Z', offset);
        const expected = Math.floor(Date.parse(text) / 1000);
        const inRange = expected >= 0 && expected <= 253_402_300_799;
        assert.equal(parseEventTime(text), inRange ? expected : undefined);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it('refuses or takes any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => parseEventTime(text) === undefined));
  });

  it('takes a time linear in the length of the text', () => {
    const started = performance.now();
    for (const part of [' ', '0', '1-', ':']) {
      assert.equal(parseEventTime(`2026-11-24${part.repeat(1_000_000)}x`), undefined);
    }
    assert.equal(parseEventTime(`2026-11-24 08:00:00${' '.repeat(1_000_000)}x`), undefined);
    assert.ok(performance.now() - started < 2000);
  });
});

describe('formatEventTime', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['2026-11-24T08:00:00Z', '2026-11-24T08:00:00Z'],
    ['2026-11-24T 8:00:00Z', '2026-11-24T08:00:00Z'],
    ['2026-11-24T08:00:0 Z', '2026-11-24T08:00:00Z'],
    ['2026-11-24t08:00:00z', '2026-11-24T08:00:00Z'],
    ['2026-11-24T15:00:00.120+07:00', '2026-11-24T08:00:00.120Z'],
    ['2026-11-24T08:00:00.1234Z', '2026-11-24T08:00:00.123400Z'],
    ['2026-11-24T08:00:00.1234567Z', '2026-11-24T08:00:00.123456700Z'],
    ['2026-11-24T08:00:00.1234567891Z', '2026-11-24T08:00:00.123456789Z'],
    ['2026-11-24T08:00:00.0000000009Z', '2026-11-24T08:00:00Z'],
    ['2027-01-01T06:59:60+07:00', '2026-12-31T23:59:60Z'],
  ];
  for (const [text, expected] of cases) {
    it(`writes ${text} as ${expected}`, () => {
      assert.equal(formatEventTime(text), expected);
    });
  }
});
