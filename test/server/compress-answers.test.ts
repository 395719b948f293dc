import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { before, describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ADMIN, type AdminBed } from '../support/admin-bed.ts';
import { createAlarmBench, serveAlarms } from '../support/alarm-bench.ts';
import { makeAlarmState } from '../support/alarm-states.ts';

const LIST = '/api/alarms?limit=200';
const FILE = '/api/configuration/files/assets_many.json';
const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  br: (body) => brotliDecompressSync(body),
  gzip: (body) => gunzipSync(body),
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As it comes over the wire; fetch would have unpacked it. */
function ask(url: string, path: string, encodings: string, method = 'GET'): Promise<Answer> {
  const headers = { authorization: `Bearer ${ADMIN}`, 'accept-encoding': encodings };
  return new Promise((resolve, reject) => {
    request(new URL(path, url), { headers, method }, (response) => {
      const { statusCode: status = 0 } = response;
      buffer(response).then((body) => {
        resolve({ status, headers: response.headers, body });
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

describe('answers of /api', () => {
  let bed: AdminBed;
  before(async () => {
    const bench = createAlarmBench();
    const ids = Array.from({ length: 200 }, (_, index) => `id-${String(index)}`);
    await bench.put(...ids.map((id) => makeAlarmState({ alarm: { alarm_id: id } })));
    bed = await serveAlarms(bench);
  });

  for (const [accepted, chosen] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['gzip;q=1, br;q=0', 'gzip'],
    ['identity', undefined],
    ['zstd', undefined],
    ['deflate', undefined],
  ] as const) {
    it(`are sent as ${chosen ?? 'they are'} to who takes ${accepted}`, async () => {
      const plain = await ask(bed.url, LIST, 'identity');
      const { status, headers, body } = await ask(bed.url, LIST, accepted);
      assert.deepEqual([status, headers['content-encoding']], [200, chosen]);
      assert.match(headers.vary ?? '', /accept-encoding/i);
      assert.equal(headers['content-type'], plain.headers['content-type']);
      const decode = DECODERS[chosen ?? ''];
      const text = decode === undefined ? body : decode(body);
      assert.ok(text.equals(plain.body));
      if (decode !== undefined) assert.ok(body.length * 8 < text.length, String(body.length));
    });
  }

  it('are left as they are where they are short', async () => {
    const { headers, body } = await ask(bed.url, '/api/alarms?limit=1', 'br');
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(headers['content-length'], String(body.length));
  });

  it('tell by HEAD no length that GET would not', async () => {
    const [packed, plain] = [
      await ask(bed.url, LIST, 'br', 'HEAD'),
      await ask(bed.url, LIST, 'identity', 'HEAD'),
    ];
    const { body } = await ask(bed.url, LIST, 'identity');
    assert.deepEqual([packed.status, packed.body.length], [200, 0]);
    assert.equal(packed.headers['content-length'], undefined);
    assert.equal(plain.headers['content-length'], String(body.length));
    assert.equal(packed.headers['content-type'], plain.headers['content-type']);
  });

  it('with a strong ETag keep their bytes, which If-Match is about', async () => {
    const assets = Array.from({ length: 200 }, (_, index) => ({
      ...{ name: `net ${String(index)}`, cidr: `10.${String(index)}.0.0/16`, value: 1 },
    }));
    const text = JSON.stringify({ assets });
    assert.equal((await bed.send('PUT', FILE, { body: { assets } })).status, 201);
    const { headers, body } = await ask(bed.url, FILE, 'br, gzip');
    assert.equal(headers['content-encoding'], undefined);
    assert.deepEqual(JSON.parse(body.toString('utf8')), JSON.parse(text));
    const tag = headers.etag ?? '';
    assert.match(tag, /^"/);
    const again = await bed.send('PUT', FILE, { body: { assets }, headers: { 'if-match': tag } });
    assert.equal(again.status, 200);
  });

  it('stream an export as it is read, not through a compressor', async () => {
    const { headers, body } = await ask(bed.url, '/api/alarms/export', 'br, gzip');
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(body.toString('utf8').trimEnd().split('\n').length, 200);
  });
});
