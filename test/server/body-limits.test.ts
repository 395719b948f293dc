import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { findImbalances } from '../../core/ledger/ledger.ts';
import { openRaw, rawPost } from '../support/raw-http.ts';
import { postedEvent, startTestServer, type TestServer } from '../support/test-server.ts';

const one = JSON.stringify(postedEvent());
const MEBIBYTE = 1024 * 1024;

describe('bodies that are too large', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  afterEach(() => {
    assert.deepEqual(findImbalances(server.ledger), []);
  });

  it('are answered 413 by their declared length, which the client sees although it still sends', async () => {
    const raw = await openRaw(server.port);
    raw.write(
      `POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: ${String(17 * MEBIBYTE)}\r\n\r\n`,
    );
    raw.write(Buffer.alloc(17 * MEBIBYTE, 32));
    const answer = await raw.answer();
    assert.equal(answer.status, 413);
    assert.equal(answer.headers.get('connection'), 'close');
    await raw.ended();
    assert.equal(server.ledger.refused[413], 1);
  });

  it('are answered 413 when they grow too large', async () => {
    const raw = await openRaw(server.port);
    raw.write('POST /events HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
    const part = `100000\r\n${' '.repeat(MEBIBYTE)}\r\n`;
    for (let count = 0; count < 17; count += 1) raw.write(part);
    assert.equal((await raw.answer()).status, 413);
    raw.socket.destroy();
  });

  const zeros = Buffer.alloc(64 * MEBIBYTE);
  const bombs: readonly (readonly [string, Buffer])[] = [
    ['gzip', gzipSync(zeros, { level: 1 })],
    ['deflate', deflateSync(zeros, { level: 1 })],
    ['br', brotliCompressSync(zeros, { params: { 0: 1 } })],
  ];
  for (const [encoding, bomb] of bombs) {
    it(`are answered 413 when they are a ${encoding} bomb of ${String(bomb.length)} bytes`, async () => {
      const before = process.memoryUsage().rss;
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          fetch(`${server.url}/events`, {
            method: 'POST',
            body: bomb,
            headers: { 'content-encoding': encoding },
          }),
        ),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [413]);
      assert.ok(process.memoryUsage().rss - before < 200 * MEBIBYTE);
    });
  }

  it('are answered 503 when all bodies on their way hold too much memory', async () => {
    const small = await startTestServer({ limits: { bufferedBytes: 100 } });
    const raw = await openRaw(small.port);
    raw.write(`POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 300\r\n\r\n${'x'.repeat(200)}`);
    assert.equal((await raw.answer()).status, 503);
    raw.socket.destroy();
    assert.equal((await fetch(`${small.url}/events`, { method: 'POST', body: one })).status, 200);
    assert.deepEqual(findImbalances(small.ledger), []);
  });
});

describe('senders that are slow or break off', () => {
  const limits = { bodyMs: 1500, bodyProgressMs: 300, bodyProgressBytes: 10, headersMs: 200 };
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ limits });
  });
  afterEach(() => {
    assert.deepEqual(findImbalances(server.ledger), []);
  });

  it('are answered 408 when no body comes at all', async () => {
    const raw = await openRaw(server.port);
    raw.write('POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n');
    const answer = await raw.answer();
    assert.equal(answer.status, 408);
    assert.equal(answer.headers.get('connection'), 'close');
    assert.equal(server.ledger.refused[408], 1);
    raw.socket.destroy();
  });

  it('are answered 408 when the body trickles', async () => {
    const raw = await openRaw(server.port);
    raw.write('POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n');
    const drip = setInterval(() => {
      raw.write('x');
    }, 50);
    assert.equal((await raw.answer()).status, 408);
    clearInterval(drip);
    raw.socket.destroy();
  });

  it('are answered 408 in the end although the body makes progress', async () => {
    const raw = await openRaw(server.port);
    raw.write('POST /events HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
    const drip = setInterval(() => {
      raw.write(`20\r\n${' '.repeat(32)}\r\n`);
    }, 50);
    const started = performance.now();
    assert.equal((await raw.answer()).status, 408);
    assert.ok(performance.now() - started > 1400);
    clearInterval(drip);
    raw.socket.destroy();
  });

  it('are answered 408 when the header lines do not end', async () => {
    const raw = await openRaw(server.port);
    raw.write('POST /events HTTP/1.1\r\nhost: a\r\n');
    assert.equal((await raw.answer()).status, 408);
    await raw.ended();
  });

  for (const how of ['destroy', 'resetAndDestroy'] as const) {
    it(`are counted as a body that did not arrive when they break off (${how})`, async () => {
      const counted = server.ledger.refused[408];
      const taken = server.engine.events.length;
      const raw = await openRaw(server.port);
      raw.write(rawPost('/events', one).slice(0, -10));
      raw.socket[how]();
      while (server.ledger.refused[408] === counted) await new Promise(setImmediate);
      assert.equal(server.ledger.refused[408], counted + 1);
      assert.equal(server.engine.events.length, taken);
    });
  }

  it('are counted and answered once when the chunks are malformed', async () => {
    const raw = await openRaw(server.port);
    raw.write('POST /events HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n');
    assert.equal((await raw.answer()).status, 400);
    await raw.ended();
    assert.equal(server.ledger.refused[400], 1);
  });

  const malformed: readonly (readonly [string, string, number])[] = [
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no Host', 'POST /events HTTP/1.1\r\n\r\n', 400],
    [
      'two lengths',
      'POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    [
      'a length and chunks',
      'POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['long header lines', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001', 400],
  ];
  for (const [what, request, status] of malformed) {
    it(`are answered ${String(status)} for a request with ${what}`, async () => {
      const raw = await openRaw(server.port);
      raw.write(request);
      assert.equal((await raw.answer()).status, status);
      raw.socket.destroy();
    });
  }

  it('do not keep the server from answering others', async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, () => openRaw(server.port)));
    for (const raw of slow)
      raw.write('POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{');
    assert.equal((await fetch(`${server.url}/events`, { method: 'POST', body: one })).status, 200);
    const answers = await Promise.all(slow.map((raw) => raw.answer()));
    assert.ok(answers.every(({ status }) => status === 408));
    for (const raw of slow) raw.socket.destroy();
  });
});
