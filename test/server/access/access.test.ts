import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { hashToken } from '../../../server/access/bearer-token.ts';
import type { AccessDeps, AccessOptions } from '../../../server/access/access.ts';
import type { AccessToken } from '../../../core/access/role.ts';
import { sendRequests, type Outcome } from '../../support/access-requests.ts';
import { startAccessServer, type AccessServer } from '../../support/access-server.ts';
import { createCapturedLog } from '../../support/captured-log.ts';
import { openRaw } from '../../support/raw-http.ts';

const READER: AccessToken = { name: 'anna', role: 'reader', hash: hashToken('right') };
const FIRST: AccessToken = { name: 'first-start', role: 'admin', hash: hashToken('first') };

interface Setting {
  readonly set?: readonly AccessToken[];
  readonly options?: Partial<AccessOptions>;
}

describe('access', () => {
  const servers: AccessServer[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  async function start({ set = [], options = {} }: Setting = {}) {
    const captured = createCapturedLog();
    let nowMs = 0;
    const source = { set, refreshed: 0 };
    const tokens: AccessDeps['tokens'] = {
      set: () => source.set,
      firstStart: FIRST,
      refresh: () => {
        source.refreshed += 1;
        return Promise.resolve();
      },
    };
    const server = await startAccessServer({
      tokens,
      routes: [
        { method: 'get', path: '/things', access: { role: 'reader' } },
        { method: 'put', path: '/things', access: { role: 'admin', writesConfiguration: true } },
      ],
      options,
      wrongTokens: 5,
      monotonicMs: () => nowMs,
      log: captured.log,
    });
    servers.push(server);
    const { port } = server;
    return {
      port,
      captured,
      source,
      url: `http://127.0.0.1:${String(port)}`,
      advance: (ms: number) => {
        nowMs += ms;
      },
      get: async (headers: Readonly<Record<string, string>>, path = '/api/things') => {
        const given = { host: `127.0.0.1:${String(port)}`, ...headers };
        const requests = [{ method: 'GET', path, headers: given }];
        const [outcome] = await sendRequests({ host: '127.0.0.1', port, requests });
        return outcome;
      },
    };
  }

  const bearer = (token: string): Readonly<Record<string, string>> => ({
    authorization: `Bearer ${token}`,
  });
  const statusOf = (outcome: Outcome | undefined): number => outcome?.status ?? 0;

  it('answers 429 after five wrong tokens of an address in a minute, and looks again after it', async () => {
    const { get, url, advance, captured } = await start({ set: [READER] });
    for (let count = 0; count < 5; count += 1) assert.equal(statusOf(await get(bearer('no'))), 401);
    advance(20_500);
    const shut = await fetch(`${url}/api/things`, { headers: bearer('right') });
    assert.equal(shut.status, 429);
    assert.equal(shut.headers.get('retry-after'), '40');
    const logged = captured.find('too many wrong tokens came from one address');
    assert.deepEqual(
      logged.map((line) => line['from']),
      ['127.0.0.1'],
    );
    assert.equal(statusOf(await get(bearer('no'), '/healthz')), 200);
    advance(39_500);
    assert.equal(statusOf(await get(bearer('right'))), 200);
  });

  it('goes on to take a token that was right from that address before', async () => {
    const { get } = await start({ set: [READER] });
    assert.equal(statusOf(await get(bearer('right'))), 200);
    for (let count = 0; count < 5; count += 1) await get(bearer('no'));
    assert.equal(statusOf(await get(bearer('no'))), 429);
    assert.equal(statusOf(await get(bearer('first'))), 429);
    assert.equal(statusOf(await get(bearer('right'))), 200);
  });

  it('counts by the address that a trusted proxy names', async () => {
    const options = { trustedProxy: ['127.0.0.1'] };
    const { get } = await start({ set: [READER], options });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (let count = 0; count < 5; count += 1) await get({ ...bearer('no'), ...from('10.0.0.1') });
    assert.equal(statusOf(await get({ ...bearer('right'), ...from('10.0.0.1') })), 429);
    assert.equal(statusOf(await get({ ...bearer('right'), ...from('10.0.0.2') })), 200);
  });

  it("takes the role from the proxy's token and only the name from its header", async () => {
    const options = { trustedProxy: ['127.0.0.1'], userHeader: 'X-User' };
    const { url } = await start({ set: [READER], options });
    const headers = { ...bearer('right'), 'x-user': 'admin', 'x-forwarded-for': '10.9.9.9' };
    const read = await fetch(`${url}/api/things`, { headers });
    assert.deepEqual(await read.json(), { name: 'admin', role: 'reader', from: '10.9.9.9' });
    const changed = await fetch(`${url}/api/things`, { method: 'PUT', headers });
    assert.equal(changed.status, 403);
  });

  it('ignores the user header of whoever is no trusted proxy', async () => {
    const options = { trustedProxy: ['10.0.0.1'], userHeader: 'X-User' };
    const { url } = await start({ set: [READER], options });
    const headers = { ...bearer('right'), 'x-user': 'admin' };
    const read = await fetch(`${url}/api/things`, { headers });
    assert.deepEqual(await read.json(), { name: 'anna', role: 'reader', from: '127.0.0.1' });
  });

  it('reads without a token on this machine, but not through a proxy on it', async () => {
    const { get } = await start();
    assert.equal(statusOf(await get({})), 200);
    assert.equal(statusOf(await get({ 'x-forwarded-for': '127.0.0.1' })), 401);
  });

  it('looks whether tokens have changed before it refuses an unknown one', async () => {
    const { get, source } = await start({ set: [READER] });
    await get(bearer('right'));
    assert.equal(source.refreshed, 0);
    await get(bearer('no'));
    assert.equal(source.refreshed, 1);
  });

  it('says what is missing and what to do', async () => {
    const { url } = await start({ options: { writableConfig: false } });
    const answer = await fetch(`${url}/api/things`, { method: 'PUT' });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="dsiem"');
    assert.match(await answer.text(), /change nothing; .*dsiem token add.*admin-token/);
    const admin = await fetch(`${url}/api/things`, { method: 'PUT', headers: bearer('first') });
    assert.equal(admin.status, 403);
    assert.match(await admin.text(), /--writable-config/);
  });

  it('refuses a token in the URL, right or wrong', async () => {
    const { get } = await start({ set: [READER] });
    for (const token of ['right', 'wrong']) {
      const outcome = await get({}, `/api/things?token=${token}`);
      assert.deepEqual(outcome, { status: 400, code: 'token_in_url' });
    }
  });

  it('answers 404 for paths and 405 for methods that nobody decided about', async () => {
    const { url } = await start();
    assert.equal((await fetch(`${url}/wp-login.php`)).status, 404);
    assert.equal((await fetch(`${url}/API/things`)).status, 404);
    assert.equal((await fetch(`${url}/api/other`)).status, 404);
    const answer = await fetch(`${url}/api/things`, { method: 'DELETE' });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get('allow'), 'HEAD, GET, PUT');
  });

  const named: readonly (readonly [host: string, isOwn: boolean])[] = [
    ['localhost', true],
    ['LOCALHOST:99', true],
    ['127.0.0.1', true],
    ['[::1]:8080', true],
    [hostname(), true],
    ['siem.example', true],
    ['siem.example:8080', true],
    ['siem.example.', true],
    ['other.example:8443', true],
    ['other.example', false],
    ['attacker.example', false],
    ['localhost.attacker.example', false],
    ['203.0.113.7', false],
  ];
  it('knows its own names and addresses and those it was told', async () => {
    const options = { allowedHosts: ['siem.example', 'Other.example:8443'] };
    const { get } = await start({ options });
    const wrong: string[] = [];
    for (const [host, isOwn] of named) {
      const outcome = await get({ host });
      const expected = isOwn ? { status: 200, code: '' } : { status: 403, code: 'foreign_host' };
      if (!isDeepStrictEqual(outcome, expected)) wrong.push(`${host}: ${String(outcome?.status)}`);
    }
    assert.deepEqual(wrong, []);
  });

  it('refuses a request that names no host', async () => {
    const { port } = await start();
    const raw = await openRaw(port);
    raw.write('GET /api/things HTTP/1.0\r\n\r\n');
    assert.equal((await raw.answer()).status, 403);
    raw.socket.destroy();
  });

  const pages: readonly (readonly [headers: Readonly<Record<string, string>>, isOwn: boolean])[] = [
    [{ origin: 'http://HOST' }, true],
    [{ origin: 'https://siem.example' }, true],
    [{ origin: 'https://siem.example', 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'https://siem.example', 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: 'https://siem.example:444' }, false],
    [{ origin: 'http://127.0.0.1:1' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
  ];
  it('tells its own pages from those of other sites', async () => {
    const { get, port } = await start({ options: { allowedHosts: ['siem.example'] } });
    for (const [headers, isOwn] of pages) {
      const own = { ...headers };
      if (own['origin'] !== undefined) {
        own['origin'] = own['origin'].replace('HOST', `127.0.0.1:${String(port)}`);
      }
      assert.equal(statusOf(await get(own)), isOwn ? 200 : 403, JSON.stringify(headers));
    }
  });
});
