import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  earlierDownloads,
  startConfigurationDownload,
  type ConfigurationDownload,
  type DownloadDeps,
} from '../../cluster/configuration-download.ts';
import type { FolderChange } from '../../cluster/downloaded-files.ts';
import { writeFileAtomically } from '../../state/atomic-file.ts';
import {
  refusedPort,
  startAnsweringServer,
  type AnsweringServer,
} from '../support/answering-server.ts';
import { createCapturedLog, type CapturedLog } from '../support/captured-log.ts';
import { makeAuthority, makeCertificate } from '../support/certificates.ts';
import { skipWithout } from '../support/required-tool.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';
import { readRecording, skipWithoutRecordings } from '../support/wire-recordings.ts';

const ASSETS = '{"assets":[{"name":"home","cidr":"10.0.0.0/8","value":3}]}';

describe("a backend's configuration", () => {
  let folder: string;
  let configDir: string;
  let frontend: AnsweringServer;
  let captured: CapturedLog;
  /** What the frontend has, and the status that it answers for some paths instead. */
  let files: Map<string, string>;
  let statuses: Map<string, number>;
  /** What it answers instead of its list. */
  let list: string | undefined;
  let requests: IncomingMessage[];
  let changes: FolderChange[];
  const downloads: ConfigurationDownload[] = [];

  beforeEach(async () => {
    folder = makeTemporaryFolder('download');
    configDir = join(folder, 'configs');
    mkdirSync(configDir);
    files = new Map([
      ['assets_a.json', ASSETS],
      ['directives_node1_a.json', '{"directives":[]}'],
      ['directives_node10_a.json', '{"directives":[]}'],
      ['directives_other_a.json', '{"directives":[]}'],
      ['dsiem_config.json', '{}'],
    ]);
    statuses = new Map();
    list = undefined;
    requests = [];
    changes = [];
    captured = createCapturedLog();
    frontend = await startAnsweringServer((request, response) => {
      requests.push(request);
      const name = (request.url ?? '').replace('/config/', '');
      const entries = [...files.keys()].map((filename) => ({ filename }));
      const text = name === '' ? (list ?? JSON.stringify({ files: entries })) : files.get(name);
      const status = statuses.get(name) ?? (text === undefined ? 404 : 200);
      response.writeHead(status).end(text);
    });
  });
  afterEach(async () => {
    for (const download of downloads.splice(0)) await download.close();
    await frontend.close();
    removeFolder(folder);
  });

  function start(more: Partial<DownloadDeps> = {}): ConfigurationDownload {
    const download = startConfigurationDownload({
      ...{ frontend: { url: frontend.origin }, node: 'node1', folder: configDir },
      manifestPath: join(folder, 'logs', 'downloads-node1.json'),
      writeFile: writeFileAtomically,
      onChange: (change) => {
        changes.push(change);
      },
      ...{ log: captured.log, pollMs: 40, retryMs: 20 },
      ...more,
    });
    downloads.push(download);
    return download;
  }

  function present(): string[] {
    return readdirSync(configDir).sort();
  }

  it('is the files of its own, one at a time, as the frontend has them', async () => {
    const download = start();
    await download.first;
    assert.deepEqual(present(), ['assets_a.json', 'directives_node1_a.json']);
    assert.equal(readFileSync(join(configDir, 'assets_a.json'), 'utf8'), ASSETS);
    assert.deepEqual(
      requests.slice(0, 3).map(({ url, headers }) => [url, headers.accept]),
      ['/config/', '/config/assets_a.json', '/config/directives_node1_a.json'].map((url) => [
        url,
        '*/*',
      ]),
    );
    const { isDone, problem, failures } = download.state();
    assert.deepEqual([isDone, problem, failures], [true, undefined, 0]);
    assert.deepEqual(await earlierDownloads(join(folder, 'logs', 'downloads-node1.json')), [
      ...['assets_a.json', 'directives_node1_a.json'],
    ]);
  });

  it(
    "is asked for as the reference does, but for other nodes' files",
    { skip: skipWithoutRecordings },
    async () => {
      const recording = readRecording('config-download.json');
      assert.ok(typeof recording === 'object' && recording !== null);
      assert.ok('served' in recording && Array.isArray(recording.served));
      assert.ok('requests' in recording && Array.isArray(recording.requests));
      files = new Map(recording.served.map((name) => [String(name), '{}']));
      await start().first;
      const asked = [...new Set(frontend.asked)];
      const paths = recording.requests.map((request: unknown) =>
        typeof request === 'object' && request !== null && 'path' in request ? request.path : '',
      );
      const others = ['/config/directives_node10_a.json', '/config/directives_node1.json'];
      assert.deepEqual(
        asked,
        paths.filter((path) => !others.includes(String(path))),
      );
    },
  );

  it('follows what changes on the frontend, and only then is told', async () => {
    const download = start();
    await download.first;
    const { mtimeMs } = statSync(join(configDir, 'assets_a.json'));
    const { downloads: before } = download.state();
    await waitUntil(() => download.state().downloads > before + 2);
    assert.equal(changes.length, 0);
    files.set('directives_node1_a.json', '{"directives":[1]}');
    files.set('intel_a.json', '{"intel_sources":[]}');
    await waitUntil(() => changes.length === 1);
    assert.deepEqual(changes[0]?.written, ['directives_node1_a.json', 'intel_a.json']);
    files.delete('intel_a.json');
    await waitUntil(() => changes.length === 2);
    assert.deepEqual(changes[1]?.removed, ['intel_a.json']);
    assert.deepEqual(present(), ['assets_a.json', 'directives_node1_a.json']);
    assert.equal(statSync(join(configDir, 'assets_a.json')).mtimeMs, mtimeMs);
  });

  it('is taken at once when it is told of a change', async () => {
    const download = start({ pollMs: 60_000 });
    await download.first;
    files.set('assets_b.json', ASSETS);
    download.refresh();
    await waitUntil(() => changes.length === 1);
  });

  it('is waited for while the frontend is away, which is logged once', async () => {
    const port = await refusedPort();
    const download = start({ frontend: { url: `http://127.0.0.1:${String(port)}/` } });
    await waitUntil(() => download.state().failures > 3);
    const { isDone, problem } = download.state();
    assert.equal(isDone, false);
    assert.match(problem ?? '', /ECONNREFUSED/);
    const warned = captured.find('the configuration cannot be downloaded, it is tried again');
    assert.equal(warned.length, 1);
    assert.equal(warned[0]?.['frontend'], `http://127.0.0.1:${String(port)}`);
    assert.equal(warned[0]['remedy'], 'start the frontend, or say with --frontend where it is');
    assert.deepEqual(present(), []);
  });

  it('is reminded of while the frontend is away, without the password of its URL', async () => {
    const port = await refusedPort();
    start({ frontend: { url: `http://me:s3cret@127.0.0.1:${String(port)}` }, remindMs: 30 });
    const what = 'the configuration cannot be downloaded, it is tried again';
    await waitUntil(() => captured.find(what).length > 2);
    assert.doesNotMatch(JSON.stringify(captured.lines), /s3cret/);
  });

  const FAILURES: readonly (readonly [string, string, number])[] = [
    ['the list is answered 500', '', 500],
    ['a file is answered 500', 'assets_a.json', 500],
    ['a file is forbidden', 'directives_node1_a.json', 403],
    ['a file is gone since the list', 'directives_node1_a.json', 404],
  ];
  for (const [what, name, status] of FAILURES) {
    it(`stays as it is while ${what}, and is whole afterwards`, async () => {
      statuses.set(name, status);
      const download = start();
      await waitUntil(() => download.state().failures > 1);
      const problem = `GET /config/${name}: answered ${String(status)}`;
      assert.equal(download.state().problem, problem);
      assert.deepEqual(present(), []);
      statuses.clear();
      await download.first;
      assert.equal(present().length, 2);
    });
  }

  it('is no file that is not JSON, no list that is none, and no empty one', async () => {
    files.set('assets_a.json', 'boom');
    const download = start();
    await waitUntil(
      () => download.state().problem?.includes('assets_a.json: answered no JSON') === true,
    );
    for (const text of ['boom', '[]', '{}', '{"files":1}']) {
      list = text;
      const { failures } = download.state();
      await waitUntil(() => download.state().failures > failures + 1);
      assert.match(download.state().problem ?? '', /answered no list of files/);
    }
    list = undefined;
    files = new Map([['dsiem_config.json', '{}']]);
    await waitUntil(() => download.state().problem?.includes('no file for node node1') === true);
    assert.deepEqual(present(), []);
  });

  it('never comes from a name that is a path', async () => {
    files = new Map([
      ['assets_a.json', ASSETS],
      ['assets_/../../x.json', '{}'],
      ['../assets_x.json', '{}'],
      ['assets_%2e.json', '{}'],
    ]);
    await start().first;
    assert.deepEqual(present(), ['assets_a.json']);
    assert.deepEqual(frontend.asked.slice(0, 2), ['/config/', '/config/assets_a.json']);
  });

  it('leaves files alone that it did not download', async () => {
    writeFileSync(join(configDir, 'directives_node1_mine.json'), '{}');
    writeFileSync(join(configDir, 'unrelated.txt'), 'x');
    const download = start();
    await download.first;
    const { downloads: before } = download.state();
    await waitUntil(() => download.state().downloads > before + 1);
    assert.deepEqual(present(), [
      ...[
        'assets_a.json',
        'directives_node1_a.json',
        'directives_node1_mine.json',
        'unrelated.txt',
      ],
    ]);
  });

  it('leaves a file that was changed since, when the frontend has it no more', async () => {
    const download = start({ pollMs: 60_000 });
    await download.first;
    writeFileSync(join(configDir, 'assets_a.json'), `${ASSETS} `);
    files.delete('assets_a.json');
    download.refresh();
    await waitUntil(() => captured.lines.some(({ msg }) => msg.startsWith('files gone')));
    assert.ok(present().includes('assets_a.json'));
  });

  it('replaces what an earlier program downloaded, after a second look', async () => {
    writeFileSync(join(configDir, 'assets_a.json'), '{"assets":[]}');
    await start().first;
    assert.equal(readFileSync(join(configDir, 'assets_a.json'), 'utf8'), ASSETS);
    assert.ok(frontend.asked.filter((path) => path === '/config/').length >= 2);
  });

  it('goes on from the manifest of the run before', async () => {
    const first = start();
    await first.first;
    await first.close();
    files.delete('directives_node1_a.json');
    await start().first;
    assert.deepEqual(present(), ['assets_a.json']);
  });

  it('is neither written nor deleted in the folder of the frontend itself', async () => {
    for (const [name, text] of files) writeFileSync(join(configDir, name), text);
    const served = new Map(files);
    // The reference's frontend answers with sorted keys and its own white space.
    for (const [name, text] of served)
      files.set(name, JSON.stringify(JSON.parse(text), undefined, 2));
    const before = present().map((name) => readFileSync(join(configDir, name), 'utf8'));
    const download = start();
    await download.first;
    files.delete('assets_a.json');
    rmSync(join(configDir, 'assets_a.json'));
    files.set('directives_node1_b.json', '{ "directives": [] }');
    writeFileSync(join(configDir, 'directives_node1_b.json'), '{"directives":[]}');
    const { downloads: until } = download.state();
    await waitUntil(() => download.state().downloads > until + 2);
    assert.deepEqual(await earlierDownloads(join(folder, 'logs', 'downloads-node1.json')), []);
    assert.equal(
      readFileSync(join(configDir, 'directives_node1_b.json'), 'utf8'),
      '{"directives":[]}',
    );
    const after = present().filter((name) => !name.endsWith('_b.json'));
    assert.equal(after.length, before.length - 1);
  });

  it('follows redirects, with its token only to the frontend itself', async () => {
    const far = await startAnsweringServer(({ headers }, response) => {
      response.end(headers.authorization === undefined ? ASSETS : 'boom');
    });
    const near = await startAnsweringServer(({ url = '', headers }, response) => {
      if (headers.authorization !== 'Bearer t0ken') response.writeHead(401).end();
      else if (url === '/config/') response.writeHead(302, { location: '/config' }).end();
      else if (url === '/config') response.end('{"files":[{"filename":"assets_a.json"}]}');
      else response.writeHead(307, { location: `${far.origin}/x` }).end();
    });
    await start({ frontend: { url: near.origin, token: 't0ken' } }).first;
    assert.equal(readFileSync(join(configDir, 'assets_a.json'), 'utf8'), ASSETS);
    assert.doesNotMatch(JSON.stringify(captured.lines), /t0ken/);
    await near.close();
    await far.close();
  });

  it(
    'comes over TLS from a frontend whose authority is given',
    { skip: skipWithout('openssl') },
    async () => {
      const authority = makeAuthority(folder, 'authority');
      const stranger = makeAuthority(folder, 'stranger');
      const own = makeCertificate(folder, 'server', authority);
      const secure = createTlsServer(
        { cert: readFileSync(own.cert), key: readFileSync(own.key) },
        ({ url = '' }, response) => {
          const isList = url === '/config/';
          response.end(isList ? '{"files":[{"filename":"assets_a.json"}]}' : ASSETS);
        },
      );
      secure.listen(0, '127.0.0.1');
      await once(secure, 'listening');
      const address = secure.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const url = `https://127.0.0.1:${String(port)}`;
      const refused = start({ frontend: { url, caFile: stranger.cert } });
      await waitUntil(() => refused.state().failures > 0);
      assert.match(refused.state().problem ?? '', /certificate|signature/);
      await refused.close();
      await start({ frontend: { url, caFile: authority.cert } }).first;
      secure.close();
      secure.closeAllConnections();
    },
  );
});
