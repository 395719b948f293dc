// A frontend publishes no more than its own backends hold, and waits for none that stands still.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Admission } from '../../actors/engine-port.ts';
import { findImbalances } from '../../core/ledger/ledger.ts';
import {
  makeEvent,
  startTestBackend,
  startTestFrontend,
  type TestBackend,
  type TestFrontend,
} from '../support/cluster-bed.ts';
import { startNatsServer, type NatsServer } from '../support/nats-server.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROOM = 100;

describe('a frontend before backends that are behind', { skip: skipWithout('nats-server') }, () => {
  let server: NatsServer;
  const open: { close(): Promise<void> }[] = [];
  before(async () => {
    server = await startNatsServer();
  });
  afterEach(async () => {
    for (const part of open.splice(0)) await part.close();
  });
  after(async () => {
    await server.stop();
  });

  async function frontendOf(
    options: Parameters<typeof startTestFrontend>[1] = {},
  ): Promise<TestFrontend> {
    const frontend = await startTestFrontend(server.url, { maxQueue: 10_000, ...options });
    open.unshift(frontend);
    return frontend;
  }

  async function backendOf(maxQueue: number): Promise<TestBackend> {
    const backend = await startTestBackend(server.url, { maxQueue });
    open.push(backend);
    return backend;
  }

  let sent = 0;
  function send(frontend: TestFrontend, count: number): Promise<Admission> {
    const events = Array.from({ length: count }, () => makeEvent((sent += 1)));
    return Promise.resolve(frontend.publisher.submit(events));
  }

  /** The first receipt makes a backend known. */
  async function introduce(
    frontend: TestFrontend,
    backends: readonly TestBackend[],
  ): Promise<void> {
    assert.equal(await send(frontend, 1), 'admitted');
    for (const { engine } of backends) await waitUntil(() => engine.events.length > 0);
    await waitUntil(() => frontend.published() === 1);
    await frontend.link.flush();
    await Promise.all(
      backends.map(
        ({ link }) =>
          new Promise((resolve) => {
            setTimeout(() => {
              resolve(link.flush());
            }, 50); // a receipt is told within 10 ms
          }),
      ),
    );
  }

  it('has them drop nothing: requests wait until there is room', async () => {
    const backends = [await backendOf(ROOM), await backendOf(10 * ROOM)];
    const frontend = await frontendOf();
    await introduce(frontend, backends);
    const [slow] = backends;
    assert.ok(slow !== undefined);
    slow.engine.mode = 'wait';
    const release = setInterval(() => {
      slow.engine.settle();
    }, 5);
    const answers = await Promise.all(Array.from({ length: 200 }, () => send(frontend, 10)));
    assert.ok(answers.every((answer) => answer === 'admitted'));
    for (const { engine, lags, ledger } of backends) {
      await waitUntil(() => engine.events.length === 2001, 'the events');
      assert.deepEqual([lags(), ledger.lost, findImbalances(ledger)], [0, 0, []]);
    }
    clearInterval(release);
  });

  it('shares their room with other frontends', async () => {
    const backend = await backendOf(ROOM);
    const frontends = [
      await frontendOf({ epoch: 'w1', frontends: 2 }),
      await frontendOf({ node: 'fe2', epoch: 'w2', frontends: 2 }),
    ];
    for (const frontend of frontends) {
      assert.equal(await send(frontend, 1), 'admitted');
    }
    await waitUntil(() => backend.engine.events.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50)); // receipts are told within 10 ms
    backend.engine.mode = 'wait';
    const release = setInterval(() => {
      backend.engine.settle();
    }, 5);
    const answers = await Promise.all(
      frontends.flatMap((frontend) => Array.from({ length: 50 }, () => send(frontend, 10))),
    );
    assert.ok(answers.every((answer) => answer === 'admitted'));
    await waitUntil(() => backend.engine.events.length === 1002, 'the events');
    assert.deepEqual([backend.lags(), backend.ledger.lost], [0, 0]);
    clearInterval(release);
  });

  it('takes a request that is larger than their room when they are done', async () => {
    const backend = await backendOf(ROOM);
    const frontend = await frontendOf();
    await introduce(frontend, [backend]);
    assert.equal(await send(frontend, 3 * ROOM), 'admitted');
    await waitUntil(() => backend.engine.events.length === 3 * ROOM + 1, 'the events');
    assert.equal(backend.ledger.lost, 0);
  });

  it('waits a second for one that stands still, says so, and then for none', async () => {
    const [stuck, sound] = [await backendOf(ROOM), await backendOf(10_000)];
    const frontend = await frontendOf();
    await introduce(frontend, [stuck, sound]);
    stuck.engine.mode = 'wait';
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(frontend, 10)));
    assert.ok(answers.every((answer) => answer === 'admitted'));
    assert.equal(frontend.find('a backend is behind, requests wait or are refused').length, 1);
    for (let round = 0; round < 3; round += 1) {
      assert.equal(await send(frontend, ROOM), 'admitted');
    }
    await waitUntil(() => sound.engine.events.length === 801, 'the events');
    stuck.engine.mode = 'at once';
    stuck.engine.settle();
    await waitUntil(() => stuck.engine.events.length + stuck.ledger.lost === 801, 'the rest');
    assert.deepEqual(findImbalances(stuck.ledger), []);
    assert.ok(stuck.ledger.lost > 0);
  });
});
