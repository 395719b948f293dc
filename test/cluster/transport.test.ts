// A frontend's and a backend's transport with a real NATS server between them.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admission } from '../../actors/engine-port.ts';
import { EventTooLargeError } from '../../cluster/event-size.ts';
import { readSharedMessage } from '../../cluster/shared-message.ts';
import { findImbalances } from '../../core/ledger/ledger.ts';
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
import { startPausingProxy } from '../support/pausing-proxy.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';

const skip = skipWithout('nats-server');

function numbersFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

async function send(frontend: TestFrontend, numbers: readonly number[]): Promise<Admission> {
  return frontend.publisher.submit(numbers.map((number) => makeEvent(number)));
}

/** Waits until every event is with the engine or counted as lost. */
async function settled(backend: TestBackend, events: number): Promise<void> {
  await waitUntil(() => backend.engine.events.length + backend.ledger.lost >= events, 'the events');
  assert.deepEqual(findImbalances(backend.ledger), []);
}

describe('events over NATS', { skip }, () => {
  let server: NatsServer;
  const open: { close(): Promise<void> }[] = [];
  before(async () => {
    server = await startNatsServer('max_payload: 20000');
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
    const frontend = await startTestFrontend(server.url, options);
    open.unshift(frontend);
    return frontend;
  }

  async function backendOf(
    options: Parameters<typeof startTestBackend>[1] = {},
  ): Promise<TestBackend> {
    const backend = await startTestBackend(server.url, options);
    open.push(backend);
    return backend;
  }

  /** What an unlike peer gets. */
  async function listen(subject: string): Promise<string[]> {
    const { link } = await connectTestLink(server.url);
    const heard: string[] = [];
    link.subscribe(subject, ({ data, respond }) => {
      assert.equal(respond, undefined);
      heard.push(Buffer.from(data).toString());
    });
    await link.flush();
    open.push(link);
    return heard;
  }

  for (const shares of [true, false]) {
    const how = shares ? 'together' : 'one a message';
    it(`arrive in their order, ${how}`, async () => {
      const backends = [await backendOf(), await backendOf()];
      const frontend = await frontendOf({ shares });
      const answers = await Promise.all([
        send(frontend, [1]),
        send(frontend, numbersFrom(2, 98)),
        send(frontend, [100]),
      ]);
      assert.deepEqual(answers, ['admitted', 'admitted', 'admitted']);
      assert.equal(frontend.published(), 100);
      for (const backend of backends) {
        await settled(backend, 100);
        assert.deepEqual(
          backend.ids(),
          numbersFrom(1, 100).map((number) => `e${String(number)}`),
        );
        const connIds = backend.engine.events.map(({ connId }) => connId);
        assert.deepEqual(connIds, numbersFrom(1, 100));
        assert.equal(backend.ledger.lost, 0);
      }
    });
  }

  it('are to an unlike backend what the reference publishes', async () => {
    const heard = await listen('dsiem_events');
    const frontend = await frontendOf({ shares: false });
    const events = [makeEvent(1), makeEvent(2, { title: 'ü' })];
    await frontend.publisher.submit(events);
    await waitUntil(() => heard.length === 2);
    assert.deepEqual(heard, events.map(writeWireEvent));
    assert.match(heard[0] ?? '', /"conn_id":1,.*"rcvd_time":\d{16}000,/);
  });

  it('are not seen by an unlike backend when they share a message', async () => {
    const plain = await listen('dsiem_events');
    const shared = await listen('dsiem_ts.events');
    const frontend = await frontendOf();
    await Promise.all([send(frontend, [1, 2]), send(frontend, [3])]);
    await waitUntil(() => shared.length > 0);
    assert.deepEqual(plain, []);
    const header = readSharedMessage(Buffer.from(shared[0] ?? ''))?.header;
    assert.ok(header !== undefined);
    const { receivedMs, ...rest } = header;
    const numbers = { first: 1, count: 3, firstId: 1 };
    assert.deepEqual(rest, { node: 'fe1', epoch: 'e1', ...numbers, isVoid: false });
    assert.ok(Math.abs(Date.now() - receivedMs) < 60_000);
  });

  it('are neither doubled nor lost when sharing begins and ends', async () => {
    const backend = await backendOf();
    const frontend = await frontendOf({ shares: false });
    for (const number of numbersFrom(1, 50)) {
      frontend.shares = number % 3 === 0;
      assert.equal(await send(frontend, [number]), 'admitted');
    }
    await settled(backend, 50);
    await delay(300); // losses would be counted by now
    assert.deepEqual(
      backend.ids(),
      numbersFrom(1, 50).map((number) => `e${String(number)}`),
    );
    assert.equal(backend.ledger.lost, 0);
  });

  it('come in messages below max_payload, and one above it is refused before', async () => {
    const backend = await backendOf();
    for (const shares of [true, false]) {
      const frontend = await frontendOf({ shares, node: `fe${String(shares)}` });
      const large = makeEvent(1, { title: 'x'.repeat(18_000) });
      const tooLarge = makeEvent(2, { title: '\u0001'.repeat(4_000) });
      assert.equal(frontend.publisher.isTooLarge(large), false);
      assert.equal(frontend.publisher.isTooLarge(tooLarge), true);
      assert.throws(() => frontend.publisher.submit([makeEvent(3), tooLarge]), EventTooLargeError);
      const many = numbersFrom(1, 200).map((number) => makeEvent(number));
      assert.equal(await frontend.publisher.submit([large, ...many]), 'admitted');
    }
    await settled(backend, 402);
    assert.equal(backend.ledger.lost, 0);
  });

  it('of an unlike frontend are taken, and what is no event is refused by its reason', async () => {
    const backend = await backendOf();
    const { link } = await connectTestLink(server.url);
    open.push(link);
    link.publish('dsiem_events', writeWireEvent(makeEvent(1)));
    link.publish('dsiem_events', 'hello');
    link.publish('dsiem_events', writeWireEvent(makeEvent(2)).replace('"title":"t"', '"title":""'));
    link.publish('dsiem_ts.events', 'hello');
    link.publish('dsiem_events', writeWireEvent(makeEvent(3)));
    await waitUntil(() => backend.engine.events.length === 2);
    assert.deepEqual(backend.ids(), ['e1', 'e3']);
    const { received, refused } = backend.ledger;
    assert.deepEqual([received, refused[400], refused[418]], [4, 1, 1]);
    await waitUntil(() => backend.find('messages that are no valid event were skipped').length > 0);
  });

  it('wait for the engine, and the oldest are dropped and counted when too many wait', async () => {
    const backend = await backendOf({ maxQueue: 100 });
    backend.engine.mode = 'wait';
    const frontend = await frontendOf({ shares: false });
    await send(frontend, [1]);
    await waitUntil(() => backend.engine.waiting === 1);
    await send(frontend, numbersFrom(2, 150));
    await waitUntil(() => backend.subscriber.counters.skipped === 50);
    assert.ok(backend.lags() > 0);
    backend.engine.mode = 'at once';
    backend.engine.settle();
    await settled(backend, 151);
    const ids = ['e1', ...numbersFrom(52, 100).map((number) => `e${String(number)}`)];
    assert.deepEqual(backend.ids(), ids);
    await waitUntil(() =>
      backend.lines.some(({ msg }) => /^filtering lagged and skipped \d+ events$/.test(msg)),
    );
    await delay(300); // what the queue dropped must not be missed a second time
    assert.equal(backend.ledger.lost, 50);
  });

  it('are offered again when the engine is full, and counted as lost when it closes', async () => {
    const backend = await backendOf();
    backend.engine.answer = 'full';
    backend.engine.mode = 'wait';
    const frontend = await frontendOf();
    await send(frontend, [1, 2]);
    await waitUntil(() => backend.engine.waiting === 1);
    backend.engine.settle();
    await waitUntil(() => backend.engine.waiting === 1, 'the second offer');
    backend.engine.answer = 'admitted';
    backend.engine.mode = 'at once';
    backend.engine.settle();
    await settled(backend, 2);
    backend.engine.answer = 'closing';
    await send(frontend, [3, 4, 5]);
    await settled(backend, 5);
    assert.deepEqual([backend.ids(), backend.ledger.lost], [['e1', 'e2'], 3]);
  });
});

describe('events while NATS or the network fails', { skip }, () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function natsOf(): Promise<NatsServer> {
    const server = await startNatsServer();
    open.push(() => server.stop());
    return server;
  }

  /** Anything that is closed after the test, also when it fails. */
  async function opened<Part extends { close(): Promise<void> }>(
    part: Promise<Part>,
  ): Promise<Part> {
    const made = await part;
    open.push(() => made.close());
    return made;
  }

  it('are answered only when NATS has them; those of a lost connection are told apart by number', async () => {
    const server = await natsOf();
    const backend = await opened(startTestBackend(server.url));
    const frontend = await opened(startTestFrontend(server.url, { waitMs: 300 }));
    let admitted = 0;
    let refused = 0;
    let isOver = false;
    const ids = new Set<string>();
    async function post(worker: number): Promise<void> {
      for (let number = worker; !isOver; number += 4) {
        const answer = await frontend.publisher.submit([makeEvent(number)]);
        if (answer === 'admitted') {
          admitted += 1;
          ids.add(`e${String(number)}`);
        } else {
          refused += 1;
          await delay(5);
        }
      }
    }
    const workers = [1, 2, 3, 4].map(post);
    for (let round = 0; round < 3; round += 1) {
      const before = admitted;
      await waitUntil(() => admitted > before + 200, 'events before');
      await server.kill();
      await waitUntil(() => refused > (round + 1) * 4, 'refusals');
      await server.start();
    }
    const before = admitted;
    await waitUntil(() => admitted > before + 200, 'events after');
    isOver = true;
    await Promise.all(workers);
    assert.equal(frontend.published(), admitted);
    await waitUntil(() => {
      const came = backend.ids().filter((id) => ids.has(id)).length;
      return came + backend.ledger.lost >= admitted;
    }, 'the balance');
    await delay(300);
    const came = backend.ids();
    assert.equal(new Set(came).size, came.length);
    const missing = [...ids].filter((id) => !came.includes(id)).length;
    assert.equal(backend.ledger.lost, missing);
    assert.deepEqual(findImbalances(backend.ledger), []);
  });

  it('are refused while the network stands still, and nothing admitted is lost when it goes on', async () => {
    const server = await natsOf();
    const proxy = await opened(startPausingProxy(server.port));
    const backend = await opened(startTestBackend(server.url));
    const frontend = await opened(
      startTestFrontend(`nats://127.0.0.1:${String(proxy.port)}`, {
        ...{ waitMs: 200, maxQueue: 50 },
      }),
    );
    assert.equal(await send(frontend, numbersFrom(1, 10)), 'admitted');
    proxy.pause();
    assert.equal(await send(frontend, numbersFrom(11, 10)), 'full');
    assert.equal(await send(frontend, numbersFrom(21, 10)), 'full');
    assert.equal(
      frontend.publisher.submit(numbersFrom(0, 51).map((number) => makeEvent(number))),
      'full',
    );
    proxy.resume();
    await waitUntil(async () => (await send(frontend, [31])) === 'admitted', 'the network');
    await waitUntil(() => backend.ids().includes('e31'));
    await delay(300);
    assert.equal(backend.ledger.lost, 0);
    assert.equal(frontend.publisher.counters.doubtful, 10);
  });

  it('are counted exactly after a pause of the network that ends every connection', async () => {
    const server = await natsOf();
    const proxy = await opened(startPausingProxy(server.port));
    const url = `nats://127.0.0.1:${String(proxy.port)}`;
    const backend = await opened(startTestBackend(url, { pingMs: 100 }));
    const frontend = await opened(startTestFrontend(url, { waitMs: 200, pingMs: 100 }));
    const near = await opened(startTestFrontend(server.url, { node: 'fe2', epoch: 'e2' }));
    assert.equal(await send(frontend, [1]), 'admitted');
    assert.equal(await send(near, [2]), 'admitted');
    await waitUntil(() => backend.engine.events.length === 2);
    proxy.pause();
    let sent = 2;
    await waitUntil(async () => {
      assert.equal(await send(frontend, [0]), 'full');
      assert.equal(await send(near, [0]), 'admitted');
      sent += 1;
      return frontend.link.counters.disconnects > 0 && backend.link.counters.disconnects > 0;
    }, 'the end of the connections');
    proxy.resume();
    await waitUntil(() => backend.link.isConnected && frontend.link.isConnected, 'NATS again');
    await backend.link.flush();
    await waitUntil(async () => (await send(frontend, [3])) === 'admitted', 'the frontend');
    await waitUntil(() => backend.ids().includes('e3'), 'the backend');
    await waitUntil(() => backend.engine.events.length + backend.ledger.lost === sent + 1);
    await delay(300);
    assert.equal(backend.engine.events.length + backend.ledger.lost, sent + 1);
  });

  it('that were refused and never arrived are not counted as lost', async () => {
    const server = await natsOf();
    const proxy = await opened(startPausingProxy(server.port));
    const backend = await opened(startTestBackend(server.url));
    const frontend = await opened(
      startTestFrontend(`nats://127.0.0.1:${String(proxy.port)}`, {
        waitMs: 200,
      }),
    );
    await send(frontend, [1]);
    proxy.pause();
    assert.equal(await send(frontend, [2, 3]), 'full');
    proxy.cut();
    proxy.resume();
    await waitUntil(() => frontend.link.isConnected, 'NATS again');
    assert.equal(await send(frontend, [4]), 'admitted');
    await waitUntil(() => backend.ids().includes('e4'));
    await delay(300);
    assert.deepEqual([backend.ids(), backend.ledger.lost], [['e1', 'e4'], 0]);
  });

  it('are refused at once when NATS is away for long', async () => {
    const server = await natsOf();
    const frontend = await opened(startTestFrontend(server.url, { waitMs: 50 }));
    await server.kill();
    await waitUntil(() => frontend.publisher.submit([makeEvent(1)]) === 'full', 'the refusal');
    const closing = frontend.close();
    assert.equal(frontend.publisher.submit([makeEvent(1)]), 'closing');
    await closing;
  });
});
