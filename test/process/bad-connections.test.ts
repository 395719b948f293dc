// Connections that no well-behaved client makes: garbage, broken and slow ones. The next event finds a working product.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { RawEvent } from '../model/model-input.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream } from '../support/load-attacks.ts';
import { damagedBytes } from '../support/load-mutations.ts';
import { postEvents } from '../support/load-sender.ts';
import { startProduct, type Product } from '../support/process.ts';
import { openRaw, rawPost, type RawConnection } from '../support/raw-http.ts';
import { trials } from '../support/trials.ts';

const IDLE_CONNECTIONS = 1000;
/** By then the limits of 10 s for header lines and for the progress of a body have been noticed. */
const SLOW_LIMIT_MS = 25_000;
const DRIP_MS = 500;

const HEAD = 'POST /events HTTP/1.1\r\nhost: a\r\n';
const event = JSON.stringify(makeEvent('an event'));

const REQUESTS: readonly {
  readonly what: string;
  readonly bytes: string;
  readonly status: number;
}[] = [
  { what: 'a line that is no HTTP', bytes: 'hello there\r\n\r\n', status: 400 },
  { what: 'a TLS handshake', bytes: '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', status: 400 },
  { what: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400 },
  { what: 'an unknown method', bytes: 'SEND /events HTTP/1.1\r\nhost: a\r\n\r\n', status: 400 },
  { what: 'no host', bytes: 'POST /events HTTP/1.1\r\ncontent-length: 0\r\n\r\n', status: 400 },
  { what: 'a length that is no number', bytes: `${HEAD}content-length: x\r\n\r\n`, status: 400 },
  { what: 'a negative length', bytes: `${HEAD}content-length: -1\r\n\r\n`, status: 400 },
  {
    what: 'two lengths',
    bytes: `${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`,
    status: 400,
  },
  {
    what: 'a length and chunks',
    bytes: `${HEAD}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
  },
  {
    what: 'a chunk without a length',
    bytes: `${HEAD}transfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n`,
    status: 400,
  },
  { what: 'a header without a colon', bytes: `${HEAD}no header\r\n\r\n`, status: 400 },
  { what: 'a zero byte in a header', bytes: `${HEAD}a: b\u0000c\r\n\r\n`, status: 400 },
  { what: 'a header of 20 kB', bytes: `${HEAD}a: ${'x'.repeat(20_000)}\r\n\r\n`, status: 431 },
  { what: '2,000 headers', bytes: `${HEAD}${'abcde: fghi\r\n'.repeat(2000)}\r\n`, status: 431 },
  { what: 'a path of 20 kB', bytes: `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, status: 431 },
  {
    what: 'a length above the limit',
    bytes: `${HEAD}content-length: 999999999\r\n\r\n`,
    status: 413,
  },
  {
    what: 'an absurd length',
    bytes: `${HEAD}content-length: ${'9'.repeat(18)}\r\n\r\n`,
    status: 413,
  },
  { what: 'a GET for events', bytes: 'GET /events HTTP/1.1\r\nhost: a\r\n\r\n', status: 405 },
  { what: 'an unknown path', bytes: 'GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n', status: 404 },
  {
    what: 'a path out of the folder',
    bytes: 'GET /config/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: a\r\n\r\n',
    status: 418,
  },
  {
    what: 'a percent sign that encodes nothing',
    bytes: 'GET /config/%zz HTTP/1.1\r\nhost: a\r\n\r\n',
    status: 418,
  },
];

describe('a connection that is misused', () => {
  let product: Product;
  let goodEvents = 0;

  before(async () => {
    product = await startProduct({ files: ATTACK_FILES, environment: JSON_LOG });
  });
  after(async () => {
    try {
      const { ledger } = await stopBalanced(product);
      assert.ok(ledger.accepted >= goodEvents);
      assert.ok(ledger.refused[408] > 0);
    } finally {
      await product.dispose();
    }
  });

  async function assertGoodEvent(): Promise<void> {
    assert.equal(await postEvents(product.port, [makeEvent(`good ${String(goodEvents)}`)]), 200);
    goodEvents += 1;
  }

  for (const { what, bytes, status } of REQUESTS) {
    it(`is answered ${String(status)} when it brings ${what}`, async () => {
      const raw = await openRaw(product.port);
      raw.write(Buffer.from(bytes, 'latin1'));
      assert.equal((await raw.answer()).status, status);
      raw.socket.destroy();
      await assertGoodEvent();
    });
  }

  it('may end in the middle of a header, a body or an answer', async () => {
    const starts = [
      'POST /ev',
      HEAD,
      `${HEAD}content-length: 100\r\n\r\n{"event`,
      `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"eve`,
      rawPost('/events', event),
      `${rawPost('/events', event)}${rawPost('/events', event)}POST`,
      'GET /eps/ HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n\u0081',
    ];
    const endings: readonly ((raw: RawConnection) => void)[] = [
      ({ socket }) => socket.destroy(),
      ({ socket }) => socket.resetAndDestroy(),
      ({ socket }) => socket.end(),
    ];
    for (const start of starts) {
      for (const end of endings) {
        const raw = await openRaw(product.port);
        await new Promise((resolve) => raw.socket.write(Buffer.from(start, 'latin1'), resolve));
        end(raw);
        await raw.ended();
        await assertGoodEvent();
      }
    }
  });

  it('is answered or ended whatever it brings', async () => {
    const requests = Buffer.from(
      `${rawPost('/events', event)}GET /config HTTP/1.1\r\nhost: a\r\n\r\n${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`,
    );
    const bytes = fc.oneof(damagedBytes(requests), fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(bytes, async (garbage) => {
        const raw = await openRaw(product.port);
        raw.write(garbage);
        raw.socket.end();
        await raw.ended();
        await assertGoodEvent();
      }),
      { numRuns: trials(2000) },
    );
  });

  it('may be one of a thousand that say nothing', async () => {
    const idle = await Promise.all(
      Array.from({ length: IDLE_CONNECTIONS }, () => openRaw(product.port)),
    );
    await assertGoodEvent();
    for (const { socket } of idle) socket.destroy();
  });

  it('is answered 408 when its header lines or body do not arrive', async () => {
    const starts = {
      'half a header': HEAD,
      'no body': `${HEAD}content-length: 1000\r\n\r\n`,
      'half a body': `${HEAD}content-length: 1000\r\n\r\n{"event_id":`,
      'half a chunk': `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"e`,
    };
    const cases = Object.entries(starts).flatMap(([what, start]) => [
      [what, start, undefined] as const,
      [`${what}, then a byte at a time`, start, 'x'] as const,
    ]);
    const answers = await Promise.all(
      cases.map(async ([what, start, drip]) => [what, await statusOf(product.port, start, drip)]),
    );
    assert.deepEqual(
      answers,
      cases.map(([what]) => [what, what.startsWith('half a chunk, then') ? 400 : 408]),
    );
    await assertGoodEvent();
  });
});

/** The status that a client gets which sends `start` and then nothing, or `drip` again and again. */
async function statusOf(port: number, start: string, drip: string | undefined): Promise<number> {
  const raw = await openRaw(port);
  raw.write(start);
  const dripping = new AbortController();
  const timer =
    drip === undefined
      ? undefined
      : setInterval(() => {
          raw.write(drip);
        }, DRIP_MS);
  try {
    const late = delay(SLOW_LIMIT_MS, undefined, { signal: dripping.signal }).catch(
      () => undefined,
    );
    const answer = await Promise.race([raw.answer(), late]);
    return answer?.status ?? 0;
  } finally {
    clearInterval(timer);
    dripping.abort();
    raw.socket.destroy();
  }
}

function makeEvent(event_id: string): RawEvent {
  const [first] = createAttackStream(1)();
  assert.ok(first !== undefined);
  return { ...first, event_id };
}
