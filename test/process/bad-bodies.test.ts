// Bodies that no well-behaved sender posts: each gets its status, and a good event after it still gets its line.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { RawEvent } from '../model/model-input.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { damagedBytes, damagedJson } from '../support/load-mutations.ts';
import { readEventLines } from '../support/load-results.ts';
import { startProduct, type Product } from '../support/process.ts';
import { trials } from '../support/trials.ts';

const MEBIBYTE = 1024 * 1024;
const LIMIT = 16 * MEBIBYTE;

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface BadBody {
  readonly what: string;
  readonly body: string | Uint8Array;
  readonly encoding?: string;
  readonly status: number;
}

const good = makeEvent('a good event');
const goodText = JSON.stringify(good);
const withKey = (key: string, value: string): string =>
  `${goodText.slice(0, -1)},${JSON.stringify(key)}:${value}}`;
const without = (key: keyof RawEvent): string => JSON.stringify({ ...good, [key]: undefined });
const bomb = Buffer.alloc(64 * MEBIBYTE, '[');

const BODIES: readonly BadBody[] = [
  { what: 'nothing', body: '', status: 400 },
  { what: 'blanks', body: ' \n\t\r\n', status: 400 },
  { what: 'half an event', body: goodText.slice(0, -20), status: 400 },
  { what: 'half an array', body: `[${goodText},`, status: 400 },
  { what: 'a text', body: '"event"', status: 400 },
  { what: 'null', body: 'null', status: 400 },
  { what: 'a number', body: '1', status: 400 },
  { what: 'an empty object', body: '{}', status: 400 },
  { what: 'an array of nothing', body: '[null]', status: 400 },
  { what: 'an empty array', body: '[]', status: 200 },
  { what: 'no src_ip', body: without('src_ip'), status: 400 },
  { what: 'no plugin_id', body: without('plugin_id'), status: 418 },
  { what: 'an empty title', body: JSON.stringify({ ...good, title: '' }), status: 418 },
  { what: 'a port as text', body: JSON.stringify({ ...good, src_port: '22' }), status: 400 },
  { what: 'a port above 65535', body: JSON.stringify({ ...good, dst_port: 65_536 }), status: 400 },
  { what: 'a number for a text', body: JSON.stringify({ ...good, title: 5 }), status: 400 },
  { what: 'an object for a text', body: JSON.stringify({ ...good, sensor: {} }), status: 400 },
  {
    what: 'an address that is none',
    body: JSON.stringify({ ...good, src_ip: '1.2.3' }),
    status: 400,
  },
  { what: 'a time that is none', body: JSON.stringify({ ...good, timestamp: 'now' }), status: 400 },
  { what: '100,000 nested arrays', body: '['.repeat(100_000), status: 400 },
  { what: '16 MiB of nested arrays', body: '['.repeat(LIMIT), status: 400 },
  { what: '100,000 nested objects', body: '{"a":'.repeat(100_000), status: 400 },
  {
    what: 'an event that nests 1,000 levels',
    body: withKey('extra', `${'['.repeat(1000)}${']'.repeat(1000)}`),
    status: 400,
  },
  {
    what: 'an event that nests 1,000 objects',
    body: withKey('extra', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`),
    status: 400,
  },
  {
    what: 'a text of 15 MiB',
    body: withKey('custom_data1', `"${'x'.repeat(15 * MEBIBYTE)}"`),
    status: 200,
  },
  {
    what: 'a number of a million digits',
    body: withKey('custom_data9', '9'.repeat(1e6)),
    status: 200,
  },
  {
    what: 'a __proto__ that is an object',
    body: withKey('__proto__', '{"title":"polluted"}'),
    status: 200,
  },
  {
    what: 'a __proto__ instead of a field',
    body: without('src_ip').replace('{', '{"__proto__":{"src_ip":"10.0.0.1"},'),
    status: 400,
  },
  {
    what: 'a constructor key',
    body: withKey('constructor', '{"prototype":{"status":1}}'),
    status: 200,
  },
  { what: 'a toString key', body: withKey('toString', 'null'), status: 200 },
  {
    what: 'invalid UTF-8',
    body: Buffer.from(withKey('custom_data1', '"\u00ff\u00fe"'), 'latin1'),
    status: 400,
  },
  { what: 'UTF-16', body: Buffer.from(goodText, 'utf16le'), status: 400 },
  { what: 'a byte order mark', body: `\ufeff${goodText}`, status: 400 },
  { what: 'zero bytes', body: Buffer.alloc(1000), status: 400 },
  { what: 'more than 16 MiB', body: Buffer.alloc(LIMIT + 1, ' '), status: 413 },
  { what: '3 million empty objects', body: `[${'{},'.repeat(3e6)}{}]`, status: 413 },
  { what: 'a gzip bomb', body: gzipSync(bomb), encoding: 'gzip', status: 413 },
  { what: 'a deflate bomb', body: deflateSync(bomb), encoding: 'deflate', status: 413 },
  {
    what: 'a brotli bomb',
    body: brotliCompressSync(bomb, { params: { 0: 1 } }),
    encoding: 'br',
    status: 413,
  },
  {
    what: 'truncated gzip',
    body: gzipSync(goodText).subarray(0, -9),
    encoding: 'gzip',
    status: 400,
  },
  { what: 'gzip that is none', body: goodText, encoding: 'gzip', status: 400 },
  { what: 'brotli that is none', body: goodText, encoding: 'br', status: 400 },
  { what: 'gzip of gzip', body: gzipSync(gzipSync(goodText)), encoding: 'gzip', status: 400 },
  { what: 'an unknown encoding', body: goodText, encoding: 'zstd', status: 415 },
  { what: 'two encodings', body: gzipSync(goodText), encoding: 'gzip, gzip', status: 415 },
  { what: 'gzip of a good event', body: gzipSync(goodText), encoding: 'gzip', status: 200 },
];

describe('a body that is wrong', () => {
  let product: Product;
  const goodIds: string[] = [];

  before(async () => {
    product = await startProduct({
      files: {
        'assets_bad.json': { assets: [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }] },
        'directives_bad.json': {
          directives: [
            createDirectiveText({
              rules: [createRuleText(1), createRuleText(2, { plugin_id: 7 })],
            }),
          ],
        },
      },
      environment: JSON_LOG,
    });
  });
  after(async () => {
    try {
      const { ledger } = await stopBalanced(product);
      const own = readEventLines(product.logDir).filter(({ event_id }) =>
        goodIds.includes(event_id),
      );
      assert.deepEqual(own.map(({ event_id }) => event_id).toSorted(), goodIds.toSorted());
      assert.ok(ledger.refused[400] > 0 && ledger.refused[413] > 0 && ledger.refused[415] > 0);
    } finally {
      await product.dispose();
    }
  });

  async function assertGoodEvent(): Promise<void> {
    const event_id = `good-${String(goodIds.length)}`;
    const { status } = await post(product.port, JSON.stringify(makeEvent(event_id)));
    assert.equal(status, 200);
    goodIds.push(event_id);
  }

  for (const { what, body, encoding, status } of BODIES) {
    it(`is answered ${String(status)} when it is ${what}`, async () => {
      const answer = await post(product.port, body, encoding);
      assert.equal(answer.status, status, answer.text);
      assertErrorShape(answer);
      await assertGoodEvent();
    });
  }

  const several = [good, makeEvent('another'), { ...good, category: 'c', product: 'p' }];
  const lines = several.map((event) => JSON.stringify(event)).join('\n');
  const encodings: fc.Arbitrary<{ readonly body: Buffer; readonly encoding?: string }> = fc.oneof(
    damagedBytes(gzipSync(lines)).map((body) => ({ body, encoding: 'gzip' })),
    damagedBytes(brotliCompressSync(lines)).map((body) => ({ body, encoding: 'br' })),
    damagedBytes(deflateSync(lines)).map((body) => ({ body, encoding: 'deflate' })),
  );
  const bodies: fc.Arbitrary<{ readonly body: string | Uint8Array; readonly encoding?: string }> =
    fc.oneof(
      damagedBytes(Buffer.from(goodText)).map((body) => ({ body })),
      damagedBytes(Buffer.from(lines)).map((body) => ({ body })),
      damagedJson(good).map((body) => ({ body })),
      damagedJson(several).map((body) => ({ body })),
      fc.json({ maxDepth: 4 }).map((body) => ({ body })),
      fc.uint8Array({ maxLength: 3000 }).map((body) => ({ body })),
      encodings,
    );

  it('is answered whatever it is, and never harms the next event', async () => {
    const statuses: Record<number, number> = {};
    await fc.assert(
      fc.asyncProperty(bodies, async ({ body, encoding }) => {
        const answer = await post(product.port, body, encoding);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        assert.ok(
          [200, 400, 418].includes(answer.status),
          `${String(answer.status)} ${answer.text}`,
        );
        assertErrorShape(answer);
        await assertGoodEvent();
      }),
      { numRuns: trials(5000) },
    );
    assert.ok((statuses[200] ?? 0) > 0 && (statuses[400] ?? 0) > 0, JSON.stringify(statuses));
  });
});

function assertErrorShape({ status, text }: Answer): void {
  if (status === 200) return;
  const answer: unknown = JSON.parse(text);
  assert.ok(typeof answer === 'object' && answer !== null && 'error' in answer);
  const { error } = answer;
  assert.ok(typeof error === 'object' && error !== null && 'code' in error && 'message' in error);
  assert.doesNotMatch(text, /\\n\s+at /);
}

function makeEvent(event_id: string): RawEvent {
  return {
    ...{ event_id, plugin_id: 1, plugin_sid: 1, src_ip: '10.0.0.1', dst_ip: '10.0.0.2' },
    ...{ timestamp: '2026-01-02T03:04:05Z', title: 'an event', sensor: 'a sensor' },
  };
}

function post(port: number, body: string | Uint8Array, encoding?: string): Promise<Answer> {
  const headers = {
    'content-length': Buffer.byteLength(body),
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  };
  const options = { port, host: '127.0.0.1', path: '/events', method: 'POST', headers };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
