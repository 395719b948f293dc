import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nkeys } from '@nats-io/transport-node';
import type { NatsCredentials } from '../../cluster/nats-credentials.ts';
import { refusedPort } from '../support/answering-server.ts';
import { makeAuthority, makeCertificate, type Certificate } from '../support/certificates.ts';
import { connectTestLink, openTestLink } from '../support/cluster-bed.ts';
import { makeNatsAccounts } from '../support/nats-accounts.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { skipWithout } from '../support/required-tool.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('the connection to NATS', { skip: skipWithout('nats-server') }, () => {
  it('is made in the background when the server comes later, and says each change once', async () => {
    const server = await startNatsServer();
    await server.kill();
    const { link, find, lines } = openTestLink(server.url);
    await waitUntil(() => link.counters.failures >= 3, 'three attempts');
    assert.equal(link.isConnected, false);
    assert.match(link.problem ?? '', /refused/);
    await server.start();
    await waitUntil(() => link.isConnected, 'NATS');
    assert.equal(link.problem, undefined);
    assert.equal(find('NATS cannot be reached, it is tried again').length, 1);
    assert.equal(find('connected to NATS').length, 1);
    await server.kill();
    await waitUntil(() => !link.isConnected, 'the loss');
    await server.start();
    await waitUntil(() => link.isConnected, 'NATS again');
    assert.equal(find('NATS is away, it is tried again').length, 1);
    assert.deepEqual([link.counters.connects, link.counters.disconnects], [2, 1]);
    await link.close();
    assert.equal(lines.filter(({ level }) => level >= 50).length, 0);
    await server.stop();
  });

  it('says every problem once, with what to do, and again after a while', async () => {
    const ports = [await refusedPort(), await refusedPort()];
    const msq = ports.map((port) => `nats://127.0.0.1:${String(port)}`).join();
    const what = 'NATS cannot be reached, it is tried again';
    const quiet = openTestLink(msq, { retryMs: 5 });
    await waitUntil(() => quiet.link.counters.failures > 20, 'attempts');
    assert.equal(quiet.find(what).length, ports.length);
    const [line] = quiet.find(what);
    assert.match(String(line?.['remedy']), /^start nats-server there, or say with --msq/);
    assert.deepEqual(
      line?.['servers'],
      ports.map((port) => `127.0.0.1:${String(port)}`),
    );
    const reminded = openTestLink(msq, { retryMs: 5, remindMs: 50 });
    await waitUntil(() => reminded.find(what).length > 2 * ports.length, 'reminders');
    for (const { link } of [quiet, reminded]) await link.close();
  });

  it('keeps subscriptions over connections, and answers requests', async () => {
    const server = await startNatsServer();
    const [asking, answering] = await Promise.all([
      connectTestLink(server.url),
      connectTestLink(server.url),
    ]);
    answering.link.subscribe('question', ({ data, respond }) => {
      respond?.(`${Buffer.from(data).toString()} yes`);
    });
    await answering.link.flush();
    async function ask(): Promise<string> {
      return Buffer.from(await asking.link.request('question', 'well?', 2000)).toString();
    }
    assert.equal(await ask(), 'well? yes');
    await server.kill();
    await waitUntil(() => !asking.link.isConnected && !answering.link.isConnected, 'the loss');
    assert.equal(asking.link.publish('question', 'x'), false);
    await assert.rejects(asking.link.flush(), /away/);
    await assert.rejects(asking.link.request('question', 'x', 100), /away/);
    await server.start();
    await waitUntil(() => asking.link.isConnected && answering.link.isConnected, 'NATS');
    await answering.link.flush();
    assert.equal(await ask(), 'well? yes');
    await assert.rejects(asking.link.request('nobody', 'x', 500));
    await asking.link.close();
    await answering.link.close();
    await server.stop();
  });

  it('goes to the next of several servers', async () => {
    const server = await startNatsServer();
    const away = await refusedPort();
    const { link } = await connectTestLink(`nats://127.0.0.1:${String(away)},${server.url}`);
    assert.equal(link.isConnected, true);
    await link.close();
    await server.stop();
  });

  it('knows what a message may hold', async () => {
    const server = await startNatsServer('max_payload: 2000');
    const { link, find } = await connectTestLink(server.url);
    assert.equal(link.maxPayload, 2000);
    assert.equal(link.publish('x', 'y'.repeat(2001)), false);
    assert.equal(link.publish('x', 'y'.repeat(2000)), true);
    await link.flush();
    assert.equal(find('a message cannot be published').length, 1);
    await link.close();
    await server.stop();
  });

  it('gets along with a server without headers, where a request ends by its time limit', async () => {
    const server = createServer((socket) => {
      socket.write(
        'INFO {"server_id":"old","version":"1.4.1","max_payload":1048576,"proto":1}\r\n',
      );
      socket.on('data', (data) => {
        const text = data.toString();
        assert.ok(!text.includes('"headers":true'));
        socket.write('PONG\r\n'.repeat(text.split('PING\r\n').length - 1));
      });
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { link } = await connectTestLink(`nats://127.0.0.1:${String(port)}`);
    assert.equal(link.publish('dsiem_events', '{}'), true);
    await link.flush();
    await assert.rejects(link.request('nobody', 'x', 100), /timeout/);
    await link.close();
    server.close();
  });
});

describe('what a node shows NATS', { skip: skipWithout('nats-server') }, () => {
  const folder = makeTemporaryFolder('nats-credentials');
  const user = nkeys.createUser();
  const accounts = makeNatsAccounts();
  const credsFile = join(folder, 'user.creds');
  const seedFile = join(folder, 'user.nk');
  before(() => {
    writeFileSync(credsFile, accounts.credentials);
    writeFileSync(seedFile, `${Buffer.from(user.getSeed()).toString()}\n`);
  });
  after(() => {
    removeFolder(folder);
  });

  const CASES: readonly {
    readonly what: string;
    readonly server: string;
    readonly right: NatsCredentials;
    readonly wrong: NatsCredentials;
    readonly userInfo?: string;
  }[] = [
    {
      what: 'a token',
      server: 'authorization { token: "t0ken-s3cret" }',
      ...{ right: { token: 't0ken-s3cret' }, wrong: { token: 'wr0ng-s3cret' } },
      userInfo: 't0ken-s3cret@',
    },
    {
      what: 'a user and a password',
      server: 'authorization { user: "me", password: "pa-s3cret" }',
      right: { user: 'me', password: 'pa-s3cret' },
      wrong: { user: 'me', password: 'wr0ng-s3cret' },
      userInfo: 'me:pa-s3cret@',
    },
    {
      what: 'an nkey',
      server: `authorization { users: [ { nkey: "${user.getPublicKey()}" } ] }`,
      ...{ right: { nkeyFile: seedFile }, wrong: {} },
    },
    {
      what: 'a credentials file',
      server: accounts.configuration,
      ...{ right: { credsFile }, wrong: { user: 'me', password: 'x' } },
    },
  ];

  for (const { what, server: configuration, right, wrong, userInfo } of CASES) {
    it(`can be ${what}, and nothing secret is logged`, async () => {
      const server = await startNatsServer(configuration);
      const refused = openTestLink(server.url, { credentials: wrong });
      await waitUntil(() => refused.link.counters.failures >= 2, 'a refusal');
      assert.match(refused.link.problem ?? '', /authorization/i);
      const taken = await connectTestLink(server.url, { credentials: right });
      const urls = userInfo === undefined ? [] : [server.url.replace('//', `//${userInfo}`)];
      for (const url of urls) await (await connectTestLink(url)).link.close();
      await taken.link.close();
      await refused.link.close();
      assert.doesNotMatch(JSON.stringify([taken.lines, refused.lines]), /s3cret/);
      await server.stop();
    });
  }

  it('says which file is missing, and takes it once it is there', async () => {
    const server = await startNatsServer(
      `authorization { users: [ { nkey: "${user.getPublicKey()}" } ] }`,
    );
    const late = join(folder, 'late.nk');
    const { link } = openTestLink(server.url, { credentials: { nkeyFile: late } });
    await waitUntil(() => link.counters.failures > 0, 'an attempt');
    assert.match(link.problem ?? '', /late\.nk/);
    writeFileSync(late, user.getSeed());
    await waitUntil(() => link.isConnected, 'NATS');
    await link.close();
    await server.stop();
  });
});

describe('TLS to NATS', { skip: skipWithout('nats-server') || skipWithout('openssl') }, () => {
  const folder = makeTemporaryFolder('nats-tls');
  let authority: Certificate;
  let stranger: Certificate;
  let server: Certificate;
  let client: Certificate;
  before(() => {
    authority = makeAuthority(folder, 'authority');
    stranger = makeAuthority(folder, 'stranger');
    server = makeCertificate(folder, 'server', authority);
    client = makeCertificate(folder, 'client', authority);
  });
  after(() => {
    removeFolder(folder);
  });

  function tlsConfiguration(more = ''): string {
    return `tls { cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${authority.cert}" ${more} }`;
  }

  it('makes sure of the server by its authority', async () => {
    const nats = await startNatsServer(tlsConfiguration());
    const url = nats.url.replace('nats:', 'tls:');
    const good = await connectTestLink(url, { credentials: { caFile: authority.cert } });
    const bad = openTestLink(url, { credentials: { caFile: stranger.cert } });
    const plain = openTestLink(url);
    await waitUntil(() => bad.link.counters.failures > 0 && plain.link.counters.failures > 0);
    assert.match(bad.link.problem ?? '', /certificate/);
    for (const { link } of [good, bad, plain]) await link.close();
    await nats.stop();
  });

  it("shows the node's certificate", async () => {
    const nats = await startNatsServer(tlsConfiguration(', verify: true'));
    const caFile = authority.cert;
    const good = await connectTestLink(nats.url, {
      credentials: { caFile, certFile: client.cert, keyFile: client.key },
    });
    const bad = openTestLink(nats.url, { credentials: { caFile } });
    await waitUntil(() => bad.link.counters.failures > 0, 'a refusal');
    assert.equal(bad.link.isConnected, false);
    for (const { link } of [good, bad]) await link.close();
    await nats.stop();
  });

  it('is never given up for a server without', async () => {
    const nats = await startNatsServer();
    const { link } = openTestLink(nats.url.replace('nats:', 'tls:'));
    await waitUntil(() => link.counters.failures > 0, 'a refusal');
    assert.match(link.problem ?? '', /tls/);
    await link.close();
    await nats.stop();
  });
});
