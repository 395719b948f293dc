import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { refusedPort, startAnsweringServer } from '../support/answering-server.ts';
import {
  startCheckingElasticsearch,
  type CheckingElasticsearch,
  type Trouble,
} from '../support/checking-elasticsearch.ts';
import { openMirrorBed } from '../support/mirror-bed.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const QUEUE = 'elasticsearch-queue.json';

async function startServer(t: TestContext): Promise<CheckingElasticsearch & { url: string }> {
  const server = await startCheckingElasticsearch();
  t.after(async () => {
    await server.close();
    assert.deepEqual(server.faults, []);
  });
  return { ...server, url: server.origin.replace('://', '://ann:p%40ss@') + '/es/' };
}

describe('the mirror when Elasticsearch is in trouble', () => {
  const cases: readonly { trouble: Trouble; error: RegExp }[] = [
    { trouble: 401, error: /HTTP 401: trouble/ },
    { trouble: 403, error: /HTTP 403/ },
    { trouble: 404, error: /HTTP 404/ },
    { trouble: 429, error: /HTTP 429/ },
    { trouble: 503, error: /HTTP 503/ },
    { trouble: 'disconnect', error: /no answer/ },
    { trouble: 'no-json', error: /not JSON/ },
  ];
  for (const { trouble, error } of cases) {
    it(`sends a change again after ${String(trouble)}`, async (t) => {
      const server = await startServer(t);
      server.alarms.set('one', {});
      server.troubles.push(trouble, trouble);
      const { mirror, act, captured } = await openMirrorBed(server.url);
      t.after(() => mirror.close(0));
      act(['status', 'one', 'Closed']);
      await waitUntil(() => mirror.figures().lastError !== undefined);
      assert.match(mirror.figures().lastError ?? '', error);
      await waitUntil(() => mirror.figures().sent === 1);
      assert.deepEqual(server.alarms.get('one'), { status: 'Closed' });
      assert.equal(mirror.figures().lastError, undefined);
      const waits = captured.find('elasticsearch does not take changes, they wait');
      assert.equal(waits.length, 1);
      assert.equal(captured.find('elasticsearch is back').length, 1);
      assert.doesNotMatch(JSON.stringify(captured.lines), /p@ss|p%40ss/);
    });
  }

  for (const trouble of ['item-429', 'item-409'] as const) {
    it(`writes a document again after ${trouble}`, async (t) => {
      const server = await startServer(t);
      server.alarms.set('one', {});
      server.troubles.push(trouble);
      const { mirror, act } = await openMirrorBed(server.url);
      t.after(() => mirror.close(0));
      act(['tag', 'one', 'False Positive']);
      await waitUntil(() => mirror.figures().sent === 1);
      assert.deepEqual(server.alarms.get('one'), { tag: 'False Positive' });
      assert.deepEqual(server.troubles, []);
    });
  }

  it('gives a change up that is refused, says so, and goes on', async (t) => {
    const server = await startServer(t);
    server.alarms.set('one', {});
    server.troubles.push('item-400');
    const { mirror, act, captured } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    act(['status', 'one', 'Closed']);
    await waitUntil(() => mirror.figures().failed === 1);
    const [line] = captured.find('change of an alarm given up for elasticsearch');
    assert.equal(line?.['alarm_id'], 'one');
    assert.equal(line['problem'], 'trouble: of the test');
    act(['status', 'one', 'Open']);
    await waitUntil(() => mirror.figures().sent === 1);
    assert.deepEqual(server.alarms.get('one'), { status: 'Open' });
  });

  it('gives a change up when the alarm does not come in time', async (t) => {
    const server = await startServer(t);
    const { mirror, act, captured } = await openMirrorBed(server.url, { limits: { absentMs: 40 } });
    t.after(() => mirror.close(0));
    act(['status', 'never', 'Closed']);
    await waitUntil(() => mirror.figures().failed === 1);
    const [line] = captured.find('change of an alarm given up for elasticsearch');
    assert.equal(line?.['problem'], 'the alarm is not there');
    assert.equal(mirror.figures().queued, 0);
  });

  it('counts and logs what the queue has no room for, and keeps what it has', async (t) => {
    const port = String(await refusedPort());
    const { mirror, act, captured } = await openMirrorBed(`http://127.0.0.1:${port}`, {
      limits: { queuedAlarms: 2 },
    });
    t.after(() => mirror.close(0));
    act(['status', 'a', 'x'], ['status', 'b', 'x'], ['status', 'c', 'x'], ['tag', 'a', 'x']);
    act(['status', 'd', 'x']);
    assert.equal(mirror.figures().lost, 2);
    assert.equal(mirror.figures().queued, 2);
    const [line, more] = captured.find('queue for elasticsearch is full, changes are lost');
    assert.equal(line?.level, 50);
    assert.equal(more, undefined);
  });
});

describe('the mirror’s requests', () => {
  it('bear user and password, and the last of an alarm’s changes only', async (t) => {
    const server = await startServer(t);
    server.alarms.set('one', {});
    const { mirror, act } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    act(['status', 'one', 'In-Progress'], ['status', 'one', 'Closed'], ['tag', 'one', 'x']);
    await waitUntil(() => mirror.figures().sent === 1);
    assert.deepEqual(server.alarms.get('one'), { status: 'Closed', tag: 'x' });
    assert.deepEqual(
      new Set(server.credentials),
      new Set([`Basic ${Buffer.from('ann:p@ss').toString('base64')}`]),
    );
  });

  it('go together for many alarms', async (t) => {
    const server = await startServer(t);
    const ids = Array.from({ length: 400 }, (_, place) => `alarm-${String(place)}`);
    for (const id of ids) server.alarms.set(id, {});
    const { mirror, act } = await openMirrorBed(server.url);
    t.after(() => mirror.close(0));
    act(...ids.map((id) => ['status', id, 'Closed'] as const));
    await waitUntil(() => mirror.figures().sent === ids.length);
    assert.equal(server.credentials.length, 2);
  });
});

describe('the mirror’s queue', () => {
  it('outlives a process that ends while Elasticsearch is away', async (t) => {
    const port = String(await refusedPort());
    const first = await openMirrorBed(`http://127.0.0.1:${port}`);
    first.act(['status', 'one', 'In-Progress'], ['tag', 'two', 'x'], ['status', 'one', 'Closed']);
    await waitUntil(() => first.mirror.figures().lastError !== undefined);
    await first.mirror.close(0);
    assert.equal(statSync(join(first.folder, QUEUE)).mode & 0o777, 0o600);
    appendFileSync(join(first.folder, QUEUE), '{"id":"cut o');

    const server = await startServer(t);
    server.alarms.set('one', {}).set('two', {});
    const second = await openMirrorBed(server.url, { folder: first.folder });
    await waitUntil(() => second.mirror.figures().sent === 2);
    assert.deepEqual(server.alarms.get('one'), { status: 'Closed' });
    assert.deepEqual(server.alarms.get('two'), { tag: 'x' });
    assert.equal(second.captured.find('unreadable lines passed over').length, 1);
    await second.mirror.close(0);

    const asked = server.credentials.length;
    const third = await openMirrorBed(server.url, { folder: first.folder });
    assert.equal(third.mirror.figures().queued, 0);
    await third.mirror.close(0);
    assert.equal(server.credentials.length, asked);
    assert.equal(readFileSync(join(first.folder, QUEUE), 'utf8'), '');
  });

  it('is on file as soon as the process could have died', async (t) => {
    const folder = makeTemporaryFolder('mirror');
    const port = String(await refusedPort());
    const { mirror, act } = await openMirrorBed(`http://127.0.0.1:${port}`, { folder });
    t.after(() => mirror.close(0));
    act(['delete', 'one']);
    const path = join(folder, QUEUE);
    await waitUntil(
      () => existsSync(path) && readFileSync(path, 'utf8').includes('"deleted":true'),
    );
  });

  it('ends in time when a server accepts and never answers', async (t) => {
    const server = await startAnsweringServer(() => undefined);
    t.after(() => server.close());
    const { mirror, act } = await openMirrorBed(server.origin);
    act(['status', 'one', 'Closed']);
    await waitUntil(() => server.asked.length === 1);
    const start = Date.now();
    await mirror.close(50);
    assert.ok(Date.now() - start < 2_000);
  });
});
