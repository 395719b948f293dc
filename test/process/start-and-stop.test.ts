// Starts that fail or are interrupted, and the ways in which shells, npm and service managers stop a product.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { assertBalanced, parseLog, stopBalanced } from '../support/ledger-check.ts';
import { mountSmallDisk, skipWithoutMount } from '../support/small-disk.ts';
import { openRaw } from '../support/raw-http.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';
import { assertGoesOn, ATTACKERS, makePlace, openings, post, readPosition, start } from './life.ts';
import { startInBackground, startOrEnd } from './start-or-end.ts';

/** Connections that are left get a second; the rest is the end of a process on a busy machine. */
const STOP_LIMIT_MS = 5_000;

describe('a start that fails or is interrupted', () => {
  it('ends with exit code 1 and names the port when that is in use, and keeps what was saved', async (t) => {
    const place = makePlace(t);
    const first = await start(t, place);
    await post(first, openings('a'));
    await stopBalanced(first);
    const before = readPosition(place.logDir);
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    t.after(() => holder.close());
    const address = holder.address();
    assert.ok(typeof address === 'object' && address !== null);
    const started = await startOrEnd({ ...place, port: address.port });
    assert.ok(started.kind === 'ended', started.kind);
    assert.deepEqual(started.ending, { code: 1, signal: null });
    const error = parseLog(started.log).find(({ level }) => level === 'ERROR');
    assert.equal(error?.fields['port'], address.port);
    assert.match(JSON.stringify(error), /EADDRINUSE/);
    assert.deepEqual(readPosition(place.logDir), before);
    await assertGoesOn(t, place, 'a');
  });

  it('loses nothing that was saved, whenever SIGTERM comes', async (t) => {
    const place = makePlace(t);
    const first = await start(t, place);
    await post(first, openings('a'));
    await stopBalanced(first);
    const before = readPosition(place.logDir);
    for (let trial = 0; trial < trials(100); trial += 1) {
      const group = startInBackground(place);
      await delay(Math.random() * 800);
      const ending = await group.stop('SIGTERM');
      if (ending.signal === null) assertBalanced(ending, group.log());
      else assert.equal(ending.signal, 'SIGTERM');
      assert.deepEqual(readPosition(place.logDir), before, group.log());
    }
    await assertGoesOn(t, place, 'a');
  });
});

describe('npm start', () => {
  const command = ['npm', '--silent', 'start'] as const;

  it('saves the backlogs when the whole group gets SIGTERM', async (t) => {
    const place = makePlace(t);
    const product = await start(t, place, { command });
    await post(product, openings('a'));
    await product.stop();
    await waitUntil(() => product.log().includes('"stopped"'), 'the end of the product');
    await assertGoesOn(t, place, 'a');
  });

  it('saves the backlogs when npm alone gets SIGTERM', async (t) => {
    const place = makePlace(t);
    const product = await start(t, place, { command });
    await post(product, openings('a'));
    process.kill(product.pid, 'SIGTERM');
    await waitUntil(() => product.log().includes('"stopped"'), 'the end of the product');
    await product.ended;
    await assertGoesOn(t, place, 'a');
  });
});

describe('a stop', () => {
  it('is not held up by clients that say nothing, are in the middle of a body or listen to /eps/', async (t) => {
    const place = makePlace(t);
    const product = await start(t, place);
    await post(product, openings('a'));
    const head = 'POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n';
    const stream =
      'GET /eps/ HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n';
    const key = 'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    const clients = await Promise.all(
      ['', 'POST', head, `${head}{"event_id"`, stream + key].map(async (text) => {
        const raw = await openRaw(product.port);
        raw.write(text);
        return raw;
      }),
    );
    const upgraded = await clients.at(-1)?.answer();
    assert.equal(upgraded?.status, 101);
    const begin = performance.now();
    assert.equal((await stopBalanced(product)).backlogs, ATTACKERS);
    assert.ok(performance.now() - begin < STOP_LIMIT_MS);
    await Promise.all(clients.map((raw) => raw.ended()));
    await assertGoesOn(t, place, 'a');
  });
});

describe('a configuration folder that cannot be written', { skip: skipWithoutMount() }, () => {
  it('is worth a warning only', async (t) => {
    const place = makePlace(t);
    const configDir = mountReadOnly(t, place.configDir);
    const product = await start(t, { ...place, configDir });
    await post(product, openings('a'));
    const { lines } = await stopBalanced(product);
    const [warning, ...others] = lines.filter(
      ({ fields }) => fields.message === 'the settings for the web page cannot be written',
    );
    assert.equal(warning?.level, 'WARN');
    assert.match(JSON.stringify(warning), /EROFS/);
    assert.deepEqual(others, []);
  });

  it('and holds nothing is a fault, as the starter set cannot be copied', async (t) => {
    const configDir = mountReadOnly(t);
    const started = await startOrEnd({ configDir, logDir: makePlace(t).logDir });
    assert.ok(started.kind === 'ended', started.kind);
    assert.deepEqual(started.ending, { code: 2, signal: null });
    const messages = parseLog(started.log).map(({ fields }) => fields.message);
    assert.ok(messages.includes('the starter set cannot be copied'));
    assert.ok(messages.includes('the configuration cannot be loaded'));
  });
});

/** A read-only file system with a copy of the folder. */
function mountReadOnly(t: TestContext, source?: string): string {
  const disk = mountSmallDisk(1024);
  assert.ok(disk !== undefined, 'a file system could not be mounted');
  t.after(() => {
    disk.unmount();
  });
  if (source !== undefined) cpSync(source, disk.folder, { recursive: true });
  execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
  return disk.folder;
}
