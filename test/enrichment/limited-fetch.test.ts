import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createLimitedFetch } from '../../enrichment/limited-fetch.ts';
import { startAnsweringServer, type AnsweringServer } from '../support/answering-server.ts';

describe('a limited fetch', () => {
  const { signal } = new AbortController();
  const get = createLimitedFetch(fetch, { signal, maxBytes: 1_000 });
  let first: AnsweringServer;
  let second: AnsweringServer;
  before(async () => {
    second = await startAnsweringServer(({ headers }, response) => {
      response.end(`key ${String(headers['x-key'])}`);
    });
    first = await startAnsweringServer(({ url, headers }, response) => {
      if (url === '/near') response.writeHead(307, { location: '/here' }).end('moved');
      else if (url === '/far') response.writeHead(302, { location: `${second.origin}/` }).end();
      else if (url === '/bomb') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
      } else {
        response.setHeader('X-Answer', 'yes');
        response.end(`key ${String(headers['x-key'])}, ${String(headers.authorization)}`);
      }
    });
  });
  after(async () => {
    await first.close();
    await second.close();
  });

  it('answers with status, text and headers', async () => {
    const answer = await get(`${first.origin}/`, { headers: { 'x-key': 'k' } });
    assert.deepEqual(
      [answer.status, answer.text, answer.header('x-answer'), answer.header('x-none')],
      [200, 'key k, undefined', 'yes', undefined],
    );
  });

  it('follows a redirect within the server with the same headers', async () => {
    const { text } = await get(`${first.origin}/near`, { headers: { 'x-key': 'k' } });
    assert.equal(text, 'key k, undefined');
  });

  it('follows a redirect to another server without the headers', async () => {
    const { text } = await get(`${first.origin}/far`, { headers: { 'x-key': 'k' } });
    assert.equal(text, 'key undefined');
  });

  it('sends the user name and password of an address as its authorization', async () => {
    const { text } = await get(first.origin.replace('http://', 'http://me:p%40ss@'));
    assert.equal(text, `key undefined, Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('limits what an answer unpacks to', async () => {
    await assert.rejects(get(`${first.origin}/bomb`), /larger than 1000 bytes/);
  });

  for (const url of ['file:///etc/hosts', 'nowhere', 'data:text/plain,x']) {
    it(`refuses ${url}`, async () => {
      await assert.rejects(get(url), /not a URL|only http and https/);
    });
  }
});
