import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { findImbalances } from '../../core/ledger/ledger.ts';
import { openRaw, rawPost } from '../support/raw-http.ts';
import { postedEvent, startTestServer, type TestServer } from '../support/test-server.ts';

const one = JSON.stringify(postedEvent());
const bad = JSON.stringify(postedEvent({ src_port: '80' }));

async function post(
  server: TestServer,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${server.url}/events`, { method: 'POST', body, headers });
}

describe('POST /events', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  afterEach(() => {
    assert.deepEqual(findImbalances(server.ledger), []);
    Object.assign(server.engine, { answer: 'admitted', mode: 'at once' });
    server.engine.events.length = 0;
  });

  it('answers an event with 200 and an empty body, and gives it its number and time', async () => {
    const accepted = server.ledger.accepted;
    const answer = await post(server, one);
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), '');
    assert.equal(answer.headers.get('content-type'), null);
    const [event] = server.engine.events;
    assert.equal(event?.connId, accepted + 1);
    assert.equal(event.receivedMs, 1_795_528_661_305.25);
  });

  it('takes the path with a slash, with a query, and any content type', async () => {
    for (const path of ['/events/', '/events?x=1', '/events/?x']) {
      const answer = await fetch(server.url + path, {
        method: 'POST',
        body: one,
        headers: { 'content-type': 'image/png' },
      });
      assert.equal(answer.status, 200);
    }
    assert.equal((await fetch(`${server.url}/eventsx`, { method: 'POST', body: one })).status, 404);
    assert.equal(
      (await fetch(`${server.url}/events/x`, { method: 'POST', body: one })).status,
      404,
    );
  });

  it('accepts the valid ones of an array and names the others', async () => {
    const answer = await post(
      server,
      `[${one},${bad},${JSON.stringify(postedEvent({ title: '' }))}]`,
    );
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), {
      accepted: 1,
      rejected: [
        { index: 1, status: 400, reason: 'src_port must be an integer from 0 to 65535, got "80"' },
        { index: 2, status: 418, reason: 'title must not be empty, got ""' },
      ],
    });
    assert.equal(server.engine.events.length, 1);
  });

  it("answers with the first one's status when none is valid, and says which field and why", async () => {
    const answer = await post(server, `[${bad},{}]`);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), {
      error: {
        code: 'invalid_event',
        message: 'src_port must be an integer from 0 to 65535, got "80"',
        field: 'src_port',
        problem: 'must be an integer from 0 to 65535',
      },
    });
    assert.equal((await post(server, JSON.stringify(postedEvent({ sensor: '' })))).status, 418);
    assert.equal((await post(server, '[]')).status, 200);
  });

  it('cuts a long value short in its answer', async () => {
    const text = await (
      await post(server, JSON.stringify({ event_id: 5, x: 'y'.repeat(1e6) }))
    ).text();
    assert.ok(text.length < 300);
    const long = await (
      await post(server, JSON.stringify(postedEvent({ src_ip: 'z'.repeat(1e6) })))
    ).text();
    assert.ok(long.length < 300);
  });

  it('answers 400 for what is no JSON, no UTF-8 or nothing', async () => {
    for (const body of ['{', '', 'hello', new Uint8Array([0x22, 0xff, 0x22])]) {
      assert.equal((await post(server, body)).status, 400);
    }
  });

  it('does not let keys of the prototype through', async () => {
    const answer = await post(
      server,
      one.replace('{', '{"__proto__":{"title":5},"constructor":1,'),
    );
    assert.equal(answer.status, 200);
    assert.equal(Reflect.get({}, 'title'), undefined);
  });

  const encodings: readonly (readonly [string, (body: string) => Uint8Array])[] = [
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (body) => Buffer.from(body)],
  ];
  for (const [encoding, compress] of encodings) {
    it(`takes the encoding ${encoding} of ${compress.name}`, async () => {
      const answer = await post(server, compress(`[${one},${one}]`), {
        'content-encoding': encoding,
      });
      assert.equal(answer.status, 200);
      assert.equal(server.engine.events.length, 2);
    });
  }

  it('answers 415 for another encoding and 400 for bytes that are not in theirs', async () => {
    for (const encoding of ['zstd', 'gzip, gzip', '__proto__']) {
      assert.equal((await post(server, one, { 'content-encoding': encoding })).status, 415);
    }
    for (const encoding of ['gzip', 'deflate', 'br']) {
      assert.equal((await post(server, one, { 'content-encoding': encoding })).status, 400);
      assert.equal((await post(server, '', { 'content-encoding': encoding })).status, 400);
    }
    const cut = gzipSync(one).subarray(0, 40);
    assert.equal((await post(server, cut, { 'content-encoding': 'gzip' })).status, 400);
  });

  it('answers 405 for other methods and counts nothing', async () => {
    const { received } = server.ledger;
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
      const answer = await fetch(`${server.url}/events`, { method });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get('allow'), 'POST');
    }
    assert.equal(server.ledger.received, received);
  });

  it("answers 403 to a browser that acts for another site's page", async () => {
    const { port } = server;
    const foreign = ['origin: http://evil.example', 'origin: null', 'sec-fetch-site: cross-site'];
    const own = [`origin: http://127.0.0.1`, 'sec-fetch-site: same-origin', 'sec-fetch-site: none'];
    for (const header of [...foreign, ...own]) {
      const raw = await openRaw(port);
      raw.write(rawPost('/events', one, [header]));
      assert.equal((await raw.answer()).status, foreign.includes(header) ? 403 : 200, header);
      raw.socket.destroy();
    }
  });

  it('answers 503 with Retry-After and keeps nothing when the engine is full, closing or broken', async () => {
    for (const change of [{ answer: 'full' }, { answer: 'closing' }, { mode: 'throw' }]) {
      Object.assign(server.engine, { answer: 'admitted', mode: 'at once', ...change });
      const before = server.ledger.refused[503];
      const answer = await post(server, `[${one},${bad}]`);
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
      assert.equal(server.ledger.refused[503], before + 2);
    }
    Object.assign(server.engine, { answer: 'admitted', mode: 'at once' });
    const { accepted } = server.ledger;
    await post(server, one);
    assert.equal(server.engine.events[0]?.connId, accepted + 1);
  });

  it('answers when the engine has made room, and counts then', async () => {
    const engine = server.engine;
    engine.mode = 'wait';
    const answer = post(server, one);
    while (engine.waiting === 0) await new Promise(setImmediate);
    assert.deepEqual(findImbalances(server.ledger), []);
    engine.settle();
    assert.equal((await answer).status, 200);
    assert.equal(engine.events.length, 1);
  });

  it('survives a client that leaves while the engine makes it wait', async () => {
    const engine = server.engine;
    engine.mode = 'wait';
    const raw = await openRaw(server.port);
    raw.write(rawPost('/events', one));
    while (engine.waiting === 0) await new Promise(setImmediate);
    raw.socket.destroy();
    await raw.ended();
    engine.settle();
    engine.mode = 'at once';
    assert.equal((await post(server, one)).status, 200);
    assert.equal(engine.events.length, 2);
  });

  it('answers pipelined requests in their order', async () => {
    const raw = await openRaw(server.port);
    raw.write(rawPost('/events', one) + rawPost('/events', bad) + rawPost('/events', `[${one}]`));
    raw.write('GET /config HTTP/1.1\r\nhost: a\r\n\r\n');
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await raw.answer()).status);
    assert.deepEqual(statuses, [200, 400, 200, 200]);
    raw.socket.destroy();
  });

  it('takes chunked bodies, in one segment and in single bytes', async () => {
    const raw = await openRaw(server.port);
    const head = 'POST /events HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n';
    const half = one.length >> 1;
    const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
    const body = `${chunk(one.slice(0, half))}${chunk(one.slice(half))}0\r\n\r\n`;
    raw.write(head + body);
    assert.equal((await raw.answer()).status, 200);
    raw.socket.setNoDelay(true);
    for (const byte of head + body) raw.write(byte);
    assert.equal((await raw.answer()).status, 200);
    raw.socket.destroy();
  });

  it('says go on to a client that expects it, and refuses a body that is too large before it is sent', async () => {
    const raw = await openRaw(server.port);
    const expect = 'expect: 100-continue';
    raw.write(rawPost('/events', one, [expect]));
    assert.equal((await raw.answer()).status, 200);
    raw.write(`POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n${expect}\r\n\r\n`);
    assert.equal((await raw.answer()).status, 413);
    raw.socket.destroy();
  });

  it('takes an event with a huge text', async () => {
    const huge = JSON.stringify(postedEvent({ custom_data1: 'x'.repeat(15 * 1024 * 1024) }));
    assert.equal((await post(server, huge)).status, 200);
  });
});

describe('POST /events over the limit on events per second', () => {
  it('answers 429 with Retry-After for the whole request', async () => {
    const server = await startTestServer({ options: { minEps: 2, maxEps: 2 } });
    assert.equal((await post(server, `[${one},${one},${one}]`)).status, 200);
    const answer = await post(server, `[${one},${bad}]`);
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get('retry-after'), '1');
    assert.equal(server.ledger.refused[429], 2);
    server.advance(1000);
    assert.equal((await post(server, one)).status, 200);
    assert.deepEqual(findImbalances(server.ledger), []);
  });

  it('does not count against the limit what the engine refuses', async () => {
    const server = await startTestServer({ options: { minEps: 2, maxEps: 2 } });
    server.engine.answer = 'full';
    for (let count = 0; count < 5; count += 1)
      assert.equal((await post(server, `[${one},${one}]`)).status, 503);
  });
});
