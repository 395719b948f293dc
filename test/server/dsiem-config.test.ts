import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { openRaw } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const ASSETS = '{"assets":[{"name":"x","cidr":"10.0.0.0/8","value":1}]}';

describe('reading /config', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
    const outside = await mkdtemp(join(tmpdir(), 'dsiem-outside-'));
    await writeFile(join(outside, 'secret.json'), '{}');
    await writeFile(join(server.folder, 'assets_a.json'), ASSETS);
    await writeFile(join(server.folder, 'notes.txt'), '');
    await mkdir(join(server.folder, 'folder.json'));
    await symlink(join(outside, 'secret.json'), join(server.folder, 'out.json'));
    await symlink('assets_a.json', join(server.folder, 'assets_link.json'));
    await symlink('loop.json', join(server.folder, 'loop.json'));
  });

  it('lists the files, links that lead out of the folder left out', async () => {
    for (const path of ['/config', '/config/', '/config?x=1']) {
      const answer = await fetch(server.url + path);
      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), {
        files: [{ filename: 'assets_a.json' }, { filename: 'assets_link.json' }],
      });
    }
  });

  it('gives a file as it stands', async () => {
    const answer = await fetch(`${server.url}/config/assets_a.json`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(await answer.text(), ASSETS);
    const head = await fetch(`${server.url}/config`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.match(head.headers.get('content-type') ?? '', /^application\/json/);
  });

  const statuses: readonly (readonly [path: string, status: number])[] = [
    ['/config/assets_none.json', 404],
    ['/config/out.json', 404],
    ['/config/loop.json', 404],
    ['/config/folder.json', 404],
    ['/config/notes.txt', 418],
    ['/config/..%2f..%2fx.json', 418],
    ['/config/%2e%2e.json', 418],
    ['/config/x%00.json', 418],
    ['/config/-x.json', 418],
    ['/config/a.b.json', 418],
    ['/config/x.json%0a', 418],
    ['/config/%', 418],
    ['/config/a/b.json', 404],
    ['/nothing', 404],
    ['/', 404],
  ];
  for (const [path, status] of statuses) {
    it(`answers ${String(status)} for ${path}`, async () => {
      const raw = await openRaw(server.port);
      raw.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      const answer = await raw.answer();
      assert.equal(answer.status, status);
      assert.match(answer.body, /^\{"error":\{"code":"[a-z_]+","message":"[^"]+"\}\}$/);
      raw.socket.destroy();
    });
  }

  it('answers 405 for changes, and changes nothing', async () => {
    for (const method of ['POST', 'DELETE', 'PUT']) {
      const answer = await fetch(`${server.url}/config/assets_a.json`, { method });
      assert.equal(answer.status, 405);
      assert.match(answer.headers.get('allow') ?? '', /GET/);
      const words = method === 'PUT' ? /no such method/ : /started with --writable-config/;
      assert.match(await answer.text(), words);
    }
    assert.equal(await readFile(join(server.folder, 'assets_a.json'), 'utf8'), ASSETS);
  });

  it("answers 403 to a browser that asks for another site's page", async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    assert.equal((await fetch(`${server.url}/config`, { headers })).status, 403);
  });
});

describe('writing /config', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({
      options: { writableConfig: true },
      limits: { configurationBytes: 1000 },
    });
  });

  async function send(method: string, name: string, body?: string | Uint8Array): Promise<number> {
    const answer = await fetch(`${server.url}/config/${name}`, {
      method,
      ...(body === undefined ? undefined : { body }),
    });
    await answer.text();
    return answer.status;
  }

  it('stores, gives back and deletes a file', async () => {
    assert.equal(await send('POST', 'assets_new.json', ASSETS), 201);
    assert.equal(await (await fetch(`${server.url}/config/assets_new.json`)).text(), ASSETS);
    assert.equal(await send('DELETE', 'assets_new.json'), 200);
    assert.equal(await send('DELETE', 'assets_new.json'), 404);
    assert.equal(await send('GET', 'assets_new.json'), 404);
  });

  it('answers 418 with every fault for content that does not pass the check, and writes nothing', async () => {
    server.faults = [{ field: 'assets', problem: 'must hold one at least', got: [] }];
    const answer = await fetch(`${server.url}/config/assets_x.json`, {
      method: 'POST',
      body: '{}',
    });
    server.faults = [];
    assert.equal(answer.status, 418);
    assert.match(await answer.text(), /must hold one at least/);
    assert.equal(await send('GET', 'assets_x.json'), 404);
  });

  it('answers 418 for names that are none, or of no known kind', async () => {
    for (const name of ['assets@.json', 'other_x.json', 'x.txt', '..%2fassets_x.json']) {
      assert.equal(await send('POST', name, ASSETS), 418);
    }
    assert.equal(await send('DELETE', 'x.txt'), 418);
  });

  it('answers 418 for bytes that are no UTF-8 and 413 for too many', async () => {
    assert.equal(await send('POST', 'assets_x.json', new Uint8Array([0xff])), 418);
    assert.equal(await send('POST', 'assets_x.json', ' '.repeat(1001)), 413);
  });

  it('answers 500 without a stack when the file cannot be written', async () => {
    await mkdir(join(server.folder, 'assets_dir.json'));
    const answer = await fetch(`${server.url}/config/assets_dir.json`, {
      method: 'POST',
      body: ASSETS,
    });
    assert.equal(answer.status, 500);
    const text = await answer.text();
    assert.doesNotMatch(text, /EISDIR|at |tmp/);
  });
});
