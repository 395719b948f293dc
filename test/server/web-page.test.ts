import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { readPageFiles } from '../../server/web-page/page-files.ts';
import { webPageRoutes } from '../../server/web-page/web-page.ts';
import { startAdminBed } from '../support/admin-bed.ts';
import { startSessionBed, tokenOf } from '../support/session-bed.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const SCRIPT = `document.body.textContent = 'it runs';\n${'// filling\n'.repeat(500)}`;
const IMAGE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Tries everything that the policy forbids, and notes what became of it. */
const TRIES = `
addEventListener('securitypolicyviolation', ({ effectiveDirective: directive }) => {
  document.title += ' ' + directive;
});
const style = document.createElement('style');
style.textContent = 'body { color: red }';
document.head.append(style);
const inline = document.createElement('script');
inline.textContent = 'document.title += " inline"';
document.head.append(inline);
fetch('http://127.0.0.2:9/').catch(() => undefined);
const frame = document.createElement('iframe');
frame.src = '/ui/';
document.body.append(frame);
const socket = new WebSocket('ws://' + location.host + '/alarms/');
socket.onmessage = () => { document.body.textContent = 'live'; };
`;

function makePage(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = makeTemporaryFolder('page');
  mkdirSync(join(folder, 'assets'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

function ask(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  // not through URL, which would resolve dots away
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host, port, path, headers, method }, (response) => {
      const { statusCode: status = 0 } = response;
      buffer(response).then((body) => {
        resolve({ status, headers: response.headers, body });
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

async function startPage(folder: string): Promise<string> {
  const routers = [webPageRoutes(await readPageFiles(folder))];
  const { url } = await startAdminBed({ server: { further: { routes: [], routers } } });
  return url;
}

describe('the web page', () => {
  let url = '';
  before(async () => {
    const files = {
      'index.html': '<!doctype html><title>dsiem</title>',
      'icon.png': IMAGE,
      'assets/main-1a2b3c4d.js': SCRIPT,
      'assets/main-1a2b3c4d.js.map': '{}',
    };
    url = await startPage(makePage(files));
  });

  it('is where / and /ui lead', async () => {
    for (const path of ['/', '/ui']) {
      const { status, headers } = await ask(url, path);
      assert.deepEqual([status, headers['location']], [302, '/ui/'], path);
    }
    for (const path of ['/ui/', '/ui/index.html', '/ui/?x=1']) {
      const { status, headers, body } = await ask(url, path);
      assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8'], path);
      assert.match(body.toString(), /<title>dsiem/);
    }
  });

  it('comes compressed as the browser can take it', async () => {
    const path = '/ui/assets/main-1a2b3c4d.js';
    const [br, gzip, plain] = [
      await ask(url, path, { 'accept-encoding': 'gzip, deflate, br' }),
      await ask(url, path, { 'accept-encoding': 'gzip' }),
      await ask(url, path),
    ];
    assert.equal(br.headers['content-encoding'], 'br');
    assert.equal(brotliDecompressSync(br.body).toString(), SCRIPT);
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(gzip.body).toString(), SCRIPT);
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(plain.body.toString(), SCRIPT);
    assert.ok(br.body.length * 10 < plain.body.length);
    for (const { headers, body } of [br, gzip, plain]) {
      assert.equal(headers['vary'], 'accept-encoding');
      assert.equal(headers['content-length'], String(body.length));
    }
    assert.equal(new Set([br, gzip, plain].map(({ headers }) => headers['etag'])).size, 3);
    const refused = await ask(url, path, { 'accept-encoding': 'br;q=0, gzip;q=0' });
    assert.equal(refused.headers['content-encoding'], undefined);
    const image = await ask(url, '/ui/icon.png', { 'accept-encoding': 'br' });
    assert.deepEqual([image.headers['content-encoding'], image.body], [undefined, IMAGE]);
  });

  it('is kept for a year where its name changes with it, else asked for again', async () => {
    const hashed = await ask(url, '/ui/assets/main-1a2b3c4d.js');
    assert.equal(hashed.headers['cache-control'], 'public, max-age=31536000, immutable');
    const index = await ask(url, '/ui/');
    assert.equal(index.headers['cache-control'], 'no-cache');
    const tag = String(index.headers['etag']);
    const again = await ask(url, '/ui/', { 'if-none-match': tag });
    assert.deepEqual([again.status, again.body.length], [304, 0]);
    assert.deepEqual([again.headers['etag'], again.headers['cache-control']], [tag, 'no-cache']);
    const other = await ask(url, '/ui/', { 'if-none-match': '"another"' });
    assert.equal(other.status, 200);
  });

  it('answers HEAD with the headers of GET', async () => {
    const [get, head] = [await ask(url, '/ui/'), await ask(url, '/ui/', {}, 'HEAD')];
    assert.deepEqual([head.status, head.body.length], [200, 0]);
    const same = ['content-type', 'content-length', 'etag', 'cache-control'];
    for (const name of same) assert.equal(head.headers[name], get.headers[name], name);
  });

  const missing = [
    '/ui/none.js',
    '/ui/assets',
    '/ui/assets/',
    '/ui/assets/main-1a2b3c4d.js.map',
    '/ui/assets/../index.html',
    '/ui/../package.json',
    '/ui/..%2f..%2fpackage.json',
    '/ui/%2e%2e/%2e%2e/etc/passwd',
    '/ui//etc/passwd',
    '/ui/..\\..\\package.json',
    '/ui/index.html%00.js',
    '/ui/__proto__',
    '/ui/%',
  ];
  for (const path of missing) {
    it(`has nothing at ${path}`, async () => {
      const { status, body } = await ask(url, path);
      assert.equal(status, 404);
      assert.ok(body.length < 200, body.toString());
    });
  }

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      assert.equal((await ask(url, '/ui/', {}, method)).status, 405, method);
    }
  });

  it('says how it is built where it was not', async () => {
    const bare = await startPage(join(makeTemporaryFolder('bare'), 'none'));
    for (const path of ['/ui/', '/ui/index.html']) {
      const { status, headers, body } = await ask(bare, path);
      assert.deepEqual([status, headers['content-type']], [404, 'text/plain; charset=utf-8']);
      assert.match(body.toString(), /not built\. Build it with "npm run build"/);
    }
  });

  it('sends headers that let no other page use an answer, with refusals too', async () => {
    for (const path of ['/ui/', '/ui/none', '/api/status', '/healthz', '/none', '/config']) {
      const { headers } = await ask(url, path);
      assert.match(String(headers['content-security-policy']), /default-src 'none'/, path);
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.equal(headers['referrer-policy'], 'no-referrer', path);
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin', path);
      assert.match(String(headers['permissions-policy']), /camera=\(\)/, path);
      assert.equal(headers['x-powered-by'], undefined);
    }
  });
});

describe('in a browser', () => {
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
  });
  after(() => browser.close());

  it('the page may load, do and connect to what is ours, and nothing else', async () => {
    const folder = makePage({
      'index.html':
        '<!doctype html><title>.</title><body><script type="module" src="/ui/assets/t.js"></script>',
      'assets/t.js': TRIES,
    });
    const routers = [webPageRoutes(await readPageFiles(folder))];
    const bed = await startSessionBed([], {}, { routes: [], routers });
    const page = await browser.newPage();
    await page.goto(`${bed.url}/ui/`);
    await page.getByText('live', { exact: true }).waitFor();
    const violations = (await page.title()).split(' ').filter((word) => word !== '.');
    assert.deepEqual(violations.sort(), [
      'connect-src',
      'frame-src',
      'script-src-elem',
      'style-src-elem',
    ]);
    await page.close();
  });

  it('a session is begun, used for changes and the feed, out of reach of scripts, and ended', async () => {
    const folder = makePage({
      'index.html':
        '<!doctype html><title>.</title><body><script type="module" src="/ui/assets/t.js"></script>',
      'assets/t.js': `
        const json = { 'content-type': 'application/json' };
        const ask = async (method, path, body) =>
          (await fetch(path, { method, headers: json, body: body && JSON.stringify(body) })).status;
        const shown = [await ask('GET', '/api/status')];
        shown.push(await ask('POST', '/api/session', { token: 'ann' }));
        shown.push(await ask('GET', '/api/status'));
        shown.push(await ask('PUT', '/api/directives/1/enabled', { enabled: false }));
        shown.push(document.cookie === '' ? 'hidden' : 'readable');
        const socket = new WebSocket('/alarms/');
        await new Promise((resolve) => { socket.onmessage = resolve; });
        shown.push(await ask('DELETE', '/api/session'));
        await new Promise((resolve) => { socket.onclose = resolve; });
        shown.push(await ask('GET', '/api/status'));
        document.body.textContent = shown.join(' ');`,
    });
    const routers = [webPageRoutes(await readPageFiles(folder))];
    const bed = await startSessionBed([tokenOf('ann', 'admin')], {}, { routes: [], routers });
    const page = await browser.newPage();
    await page.goto(`${bed.url}/ui/`);
    await page.getByText('401 200 200 200 hidden 204 401').waitFor();
    await page.close();
  });
});
