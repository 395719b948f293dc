import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { openRaw } from '../support/raw-http.ts';
import { postedEvent, startTestServer } from '../support/test-server.ts';

async function nextEps(client: WebSocket): Promise<number> {
  const text = await new Promise<string>((resolve) => {
    client.once('message', (data: Buffer) => {
      resolve(data.toString());
    });
  });
  const message: unknown = JSON.parse(text);
  assert.ok(typeof message === 'object' && message !== null && 'eps' in message);
  assert.ok(typeof message.eps === 'number');
  return message.eps;
}

describe('WebSocket /eps/', () => {
  it('sends the rate of accepted events several times a second', async () => {
    const server = await startTestServer();
    const client = new WebSocket(`ws://127.0.0.1:${String(server.port)}/eps/`);
    assert.equal(await nextEps(client), 0);
    const body = JSON.stringify([postedEvent(), postedEvent()]);
    await fetch(`${server.url}/events`, { method: 'POST', body });
    const started = performance.now();
    assert.ok((await nextEps(client)) > 0);
    await nextEps(client);
    assert.ok(performance.now() - started < 1500);
    client.terminate();
  });

  it('refuses other paths, other upgrades, other sites and more clients than it serves', async () => {
    const server = await startTestServer({ limits: { epsClients: 1 } });
    const status = async (path: string, ...headers: readonly string[]): Promise<number> => {
      const raw = await openRaw(server.port);
      const lines = [`GET ${path} HTTP/1.1`, 'host: 127.0.0.1', 'connection: upgrade', ...headers];
      raw.write(`${lines.join('\r\n')}\r\n\r\n`);
      const answer = await raw.answer();
      raw.socket.destroy();
      return answer.status;
    };
    const socket = 'upgrade: websocket';
    assert.equal(await status('/nothing', socket), 404);
    assert.equal(await status('/eps/', 'upgrade: h2c'), 400);
    assert.equal(await status('/eps/', socket, 'origin: http://evil.example'), 403);
    assert.equal(await status('/eps/', socket), 400);
    const client = new WebSocket(`ws://127.0.0.1:${String(server.port)}/eps`);
    await once(client, 'open');
    assert.equal(await status('/eps/', socket), 503);
    client.terminate();
  });

  it('says goodbye when the server stops', async () => {
    const server = await startTestServer();
    const client = new WebSocket(`ws://127.0.0.1:${String(server.port)}/eps/`);
    await once(client, 'open');
    const closed = once(client, 'close');
    await server.http.close(1000);
    assert.equal((await closed)[0], 1001);
  });
});
