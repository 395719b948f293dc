import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { createRequestTemplate } from '../../bench/rig/request-template.ts';

const event = z.object({ event_id: z.string(), plugin_id: z.number(), src_ip: z.string() });
const timestamp = '2026-01-02T03:04:05Z';

describe('a request template', () => {
  it('numbers a single event, its directive and its attacker', () => {
    const request = createRequestTemplate(0, {
      directives: 3,
      attackers: 200_000,
      oneIn: 1,
      timestamp,
    });
    assert.equal(request.number(3 * 123_456 + 2), 1);
    assert.deepEqual(event.parse(readBody(request.bytes)), {
      event_id: 'bench-0000370370',
      plugin_id: 10_002,
      src_ip: '10.112.134.156',
    });
  });

  it('numbers every event of an array', () => {
    const request = createRequestTemplate(3, { directives: 2, attackers: 2, oneIn: 1, timestamp });
    assert.equal(request.number(10), 3);
    const events = z.array(event).parse(readBody(request.bytes));
    assert.deepEqual(
      events.map((one) => [one.event_id.slice(-2), one.plugin_id, one.src_ip]),
      [
        ['10', 10_000, '10.100.100.101'],
        ['11', 10_001, '10.100.100.101'],
        ['12', 10_000, '10.100.100.100'],
      ],
    );
  });

  it('gives one event in so many a plugin id that a directive knows', () => {
    const request = createRequestTemplate(100, {
      directives: 5,
      attackers: 1,
      oneIn: 100,
      timestamp,
    });
    assert.equal(request.number(300), 1);
    const events = z.array(event).parse(readBody(request.bytes));
    assert.deepEqual(
      events.map((one) => one.plugin_id).filter((id) => id !== 99_999),
      [10_003],
    );
  });

  it('announces the length of its body', () => {
    const { bytes } = createRequestTemplate(7, {
      directives: 1,
      attackers: 1,
      oneIn: 1,
      timestamp,
    });
    const [head = '', body = ''] = bytes.toString().split('\r\n\r\n');
    assert.equal(/Content-Length: (\d+)/.exec(head)?.[1], String(body.length));
  });
});

function readBody(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString().split('\r\n\r\n')[1] ?? '');
}
