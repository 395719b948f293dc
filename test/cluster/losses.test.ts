// What a backend cannot have got is counted exactly, or told as a time of which nothing is known.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { NODES_SUBJECT } from '../../cluster/subjects.ts';
import { writeWireEvent } from '../../core/event/wire-event.ts';
import {
  connectTestLink,
  makeEvent,
  startTestBackend,
  startTestFrontend,
  type TestBackend,
  type TestFrontend,
} from '../support/cluster-bed.ts';
import { startNatsServer, type NatsServer } from '../support/nats-server.ts';
import { startPausingProxy, type PausingProxy } from '../support/pausing-proxy.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('losses between a frontend and a backend', { skip: skipWithout('nats-server') }, () => {
  let server: NatsServer;
  let proxy: PausingProxy;
  const open: { close(): Promise<void> }[] = [];
  before(async () => {
    server = await startNatsServer();
  });
  beforeEach(async () => {
    proxy = await startPausingProxy(server.port);
  });
  afterEach(async () => {
    for (const part of open.splice(0)) await part.close();
    await proxy.close();
  });
  after(async () => {
    await server.stop();
  });

  async function frontendOf(
    options: Parameters<typeof startTestFrontend>[1] = {},
  ): Promise<TestFrontend> {
    const frontend = await startTestFrontend(server.url, options);
    open.unshift(frontend);
    return frontend;
  }

  /** A backend whose network the test can cut. */
  async function backendOf(
    options: Parameters<typeof startTestBackend>[1] = {},
  ): Promise<TestBackend> {
    const url = `nats://127.0.0.1:${String(proxy.port)}`;
    const backend = await startTestBackend(url, options);
    open.push(backend);
    return backend;
  }

  /** Publishes so many events, one at a time. */
  async function send(frontend: TestFrontend, count: number): Promise<void> {
    for (let number = 1; number <= count; number += 1) {
      assert.equal(await frontend.publisher.submit([makeEvent(number)]), 'admitted');
    }
  }

  /** What happens while nothing reaches the backend. */
  async function whileAway(backend: TestBackend, what: () => Promise<void>): Promise<void> {
    proxy.pause();
    proxy.cut();
    await waitUntil(() => !backend.link.isConnected, 'the cut');
    await what();
    proxy.resume();
    await waitUntil(() => backend.link.isConnected, 'NATS again');
  }

  for (const shares of [true, false]) {
    const how = shares ? 'shared events' : 'single events of the only frontend';
    it(`of ${how} are counted, also when nothing follows them`, async () => {
      const backend = await backendOf();
      const frontend = await frontendOf({ shares });
      await delay(150); // an announcement
      await send(frontend, 3);
      await waitUntil(() => backend.engine.events.length === 3);
      await whileAway(backend, () => send(frontend, 7));
      await waitUntil(() => backend.ledger.lost === 7, 'the losses');
      await send(frontend, 2);
      await waitUntil(() => backend.engine.events.length === 5);
      await whileAway(backend, () => send(frontend, 4));
      await waitUntil(() => backend.ledger.lost === 11, 'more losses');
      await delay(200);
      assert.deepEqual([backend.engine.events.length, backend.ledger.lost], [5, 11]);
      assert.deepEqual(backend.losses.unknownSpans(), []);
    });
  }

  it('at the orderly end of a frontend are counted', async () => {
    const backend = await backendOf();
    const other = await connectTestLink(server.url);
    open.push(other.link);
    other.link.subscribe(NODES_SUBJECT, () => undefined);
    const frontend = await frontendOf();
    await send(frontend, 1);
    await waitUntil(() => backend.engine.events.length === 1);
    other.link.publish(
      NODES_SUBJECT,
      JSON.stringify({ role: 'frontend', node: 'fe1', epoch: 'e1', isLast: true, shared: 6 }),
    );
    await waitUntil(() => backend.ledger.lost === 5, 'the losses');
  });

  it('are counted for each of several frontends that share', async () => {
    const backend = await backendOf();
    const frontends = [await frontendOf(), await frontendOf({ node: 'fe2', epoch: 'e2' })];
    for (const frontend of frontends) await send(frontend, 2);
    await waitUntil(() => backend.engine.events.length === 4);
    await whileAway(backend, async () => {
      for (const frontend of frontends) await send(frontend, 3);
    });
    await waitUntil(() => backend.ledger.lost === 6, 'the losses');
    assert.equal(backend.find('events of a frontend are lost').length >= 2, true);
  });

  it('are not guessed on dsiem_events when another frontend publishes there', async () => {
    const backend = await backendOf();
    const frontend = await frontendOf({ shares: false });
    const { link } = await connectTestLink(server.url);
    open.push(link);
    await delay(150);
    await send(frontend, 3);
    const foreign = makeEvent(1);
    foreign.connId = 1_000_000;
    link.publish('dsiem_events', writeWireEvent(foreign));
    await waitUntil(() => backend.engine.events.length === 4);
    await waitUntil(() => backend.lines.some(({ msg }) => msg.startsWith('another frontend')));
    await whileAway(backend, () => send(frontend, 5));
    await delay(300);
    assert.equal(backend.ledger.lost, 0);
  });

  it('are not guessed on dsiem_events when two of our frontends publish there', async () => {
    const backend = await backendOf();
    const first = await frontendOf({ shares: false });
    const second = await frontendOf({ shares: false, node: 'fe2', epoch: 'e2' });
    await delay(150);
    await send(first, 5);
    await send(second, 2);
    await waitUntil(() => backend.engine.events.length === 7);
    await delay(200);
    assert.equal(backend.ledger.lost, 0);
  });

  it('of a frontend that starts again are counted from its first number', async () => {
    const backend = await backendOf();
    const frontend = await frontendOf();
    await send(frontend, 2);
    await waitUntil(() => backend.engine.events.length === 2);
    await waitUntil(() => backend.directory.live('frontend').length === 1);
    await frontend.close();
    await whileAway(backend, async () => {
      const again = await frontendOf({ epoch: 'e2' });
      await send(again, 3);
    });
    await waitUntil(() => backend.ledger.lost === 3, 'the losses');
    assert.deepEqual(backend.losses.unknownSpans(), []);
  });

  it('cannot be known of a killed frontend: its last seconds are told', async () => {
    const backend = await backendOf();
    const frontend = await frontendOf();
    await send(frontend, 2);
    await waitUntil(() => backend.directory.live('frontend').length === 1);
    await frontend.kill();
    await waitUntil(() => backend.losses.unknownSpans().length === 1, 'the silence');
    const [silent] = backend.losses.unknownSpans();
    assert.deepEqual([silent?.frontend, silent?.to], ['fe1', undefined]);
    await frontendOf({ epoch: 'e2' });
    await waitUntil(() => backend.losses.unknownSpans()[0]?.to !== undefined, 'its return');
    const [ended] = backend.losses.unknownSpans();
    assert.deepEqual(
      [ended?.reason, ended?.from === silent?.from],
      ['the frontend was killed', true],
    );
    assert.equal(backend.losses.unknownSpans().length, 1);
  });

  it('are told once of a killed frontend that is back before it was missed', async () => {
    const backend = await backendOf();
    const frontend = await frontendOf();
    await send(frontend, 2);
    await waitUntil(() => backend.directory.live('frontend').length === 1);
    await frontend.kill();
    await frontendOf({ epoch: 'e2' });
    await waitUntil(() => backend.find('a node has fallen silent').length === 1, 'the silence');
    const told = backend.find('whether events were lost in this time cannot be known');
    assert.equal(told.length, 1);
    const [span, ...others] = backend.losses.unknownSpans();
    assert.deepEqual([span?.to !== undefined, others], [true, []]);
  });

  it('are not told of a frontend that was only out of reach', async () => {
    const backend = await backendOf();
    const far = await startPausingProxy(server.port);
    const frontend = await startTestFrontend(`nats://127.0.0.1:${String(far.port)}`);
    open.unshift(frontend, far);
    await send(frontend, 1);
    await waitUntil(() => backend.directory.live('frontend').length === 1);
    far.pause();
    await waitUntil(() => backend.losses.unknownSpans().length === 1, 'the silence');
    far.resume();
    await waitUntil(() => backend.losses.unknownSpans().length === 0, 'its voice');
    assert.equal(backend.ledger.lost, 0);
  });

  it('while a backend is stopped in good order are counted by the next run', async () => {
    const frontend = await frontendOf();
    const backend = await startTestBackend(server.url);
    await send(frontend, 2);
    await waitUntil(() => backend.engine.events.length === 2);
    await backend.close();
    const resume = {
      positions: backend.losses.positions(),
      unsettled: 0,
      savedAt: 1000,
      isExact: true,
    };
    await send(frontend, 4);
    const next = await backendOf({ resume });
    await waitUntil(() => next.ledger.lost === 4, 'the losses');
    await send(frontend, 1);
    await waitUntil(() => next.engine.events.length === 1);
    assert.deepEqual(next.losses.unknownSpans(), []);
  });

  it('cannot be known when a backend was killed: the time and the most are told', async () => {
    const frontend = await frontendOf();
    const backend = await startTestBackend(server.url);
    await send(frontend, 2);
    await waitUntil(() => backend.engine.events.length === 2);
    await backend.close();
    const resume = {
      positions: backend.losses.positions(),
      unsettled: 2,
      savedAt: 1000,
      isExact: false,
    };
    await send(frontend, 4);
    const next = await backendOf({ resume });
    await waitUntil(() => next.losses.unknownSpans()[0]?.atMost === 6, 'the span');
    const [span] = next.losses.unknownSpans();
    assert.deepEqual(
      [span?.frontend, span?.reason, span?.from],
      ['fe1', 'this backend was killed', 1000],
    );
    assert.equal(next.ledger.lost, 0);
  });
});
