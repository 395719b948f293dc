import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findImbalances } from '../../core/ledger/ledger.ts';
import { openRaw, rawPost } from '../support/raw-http.ts';
import { postedEvent, startTestServer } from '../support/test-server.ts';

const one = JSON.stringify(postedEvent());

describe('createHttpServer', () => {
  it('rejects when its port is taken', async () => {
    const server = await startTestServer();
    await assert.rejects(startTestServer({ options: { tcpPort: server.port } }), {
      code: 'EADDRINUSE',
    });
  });

  it('answers 503 to events once its intake is closed, and goes on with the rest', async () => {
    const server = await startTestServer();
    server.http.closeIntake();
    const answer = await fetch(`${server.url}/events`, { method: 'POST', body: one });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('retry-after'), '5');
    assert.equal((await fetch(`${server.url}/config`)).status, 200);
    assert.deepEqual(findImbalances(server.ledger), []);
  });

  it('closes idle connections and lets requests in progress finish when it stops', async () => {
    const server = await startTestServer();
    const { engine } = server;
    const idle = await openRaw(server.port);
    idle.write(rawPost('/events', one));
    await idle.answer();
    engine.mode = 'wait';
    const busy = await openRaw(server.port);
    busy.write(rawPost('/events', one));
    while (engine.waiting === 0) await new Promise(setImmediate);
    const closed = server.http.close(5000);
    await idle.ended();
    engine.settle();
    assert.equal((await busy.answer()).status, 200);
    await closed;
    await busy.ended();
    assert.equal(engine.events.length, 2);
  });

  it('ends what is left when the time for stopping is over', async () => {
    const server = await startTestServer();
    server.engine.mode = 'wait';
    const raw = await openRaw(server.port);
    raw.write(rawPost('/events', one));
    while (server.engine.waiting === 0) await new Promise(setImmediate);
    await server.http.close(50);
    await raw.ended();
    server.engine.settle();
    await new Promise(setImmediate);
    assert.deepEqual(findImbalances(server.ledger), []);
  });

  it('drops connections above its limit and serves the others', async () => {
    const server = await startTestServer({ limits: { connections: 2 } });
    const [first, second] = [await openRaw(server.port), await openRaw(server.port)];
    const third = await openRaw(server.port);
    await third.ended();
    for (const raw of [first, second]) {
      raw.write(rawPost('/events', one));
      assert.equal((await raw.answer()).status, 200);
      raw.socket.destroy();
    }
  });
});
