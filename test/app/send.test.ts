import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { z } from 'zod';
import { createEventPoster, PostError } from '../../app/simulation/event-poster.ts';
import { createTiming } from '../../app/simulation/event-timing.ts';
import { createPacer } from '../../app/simulation/pacer.ts';
import { Sending, type SendingDeps } from '../../app/simulation/sending.ts';
import { refusedPort, startAnsweringServer } from '../support/answering-server.ts';

/** Answers a request by the events in it. */
type Answer = (ids: readonly string[], response: ServerResponse) => void;

const body = z.array(z.object({ event_id: z.string() }));
const endings: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of endings) await end();
});

interface Bed {
  readonly sending: Sending;
  /** The ids of each request, in the order of the requests. */
  readonly requests: string[][];
  readonly refused: string[];
  readonly poster: SendingDeps['poster'];
}

async function startBed(answer: Answer, changes: Partial<SendingDeps> = {}): Promise<Bed> {
  const requests: string[][] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ids = body.parse(JSON.parse(await text(request))).map(({ event_id }) => event_id);
    requests.push(ids);
    answer(ids, response);
  };
  const server = await startAnsweringServer((request, response) => {
    void handle(request, response);
  });
  endings.push(() => server.close());
  const { signal } = new AbortController();
  const poster = createEventPoster({ url: server.origin, token: undefined, signal });
  const refused: string[] = [];
  const sending = new Sending({
    ...{ poster, signal, batch: 2, concurrency: 1, pacer: createPacer(0, signal) },
    timing: createTiming({ asRecorded: false, speed: 1, shiftTimes: false }, 0),
    onRefused: (place, reason) => refused.push(`${place}: ${reason}`),
    ...changes,
  });
  return { sending, requests, refused, poster };
}

async function sendAll({ sending }: Bed, ids: readonly string[]): Promise<void> {
  for (const event_id of ids) {
    const value = { event_id };
    await sending.take({ place: `file ${event_id}`, value, text: JSON.stringify(value) });
  }
  await sending.finish();
}

function end(response: ServerResponse, status: number, answer: unknown = ''): void {
  response.writeHead(status).end(answer === '' ? '' : JSON.stringify(answer));
}

describe('sending events', () => {
  it('goes in batches, in the order of the events', async () => {
    const bed = await startBed((_, response) => {
      end(response, 200);
    });
    await sendAll(bed, ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(bed.requests, [['a', 'b'], ['c', 'd'], ['e']]);
    assert.deepEqual(bed.sending.sums, { accepted: 5, refused: 0 });
  });

  for (const status of [429, 503]) {
    it(`posts the same again after ${String(status)} and the time it was told`, async () => {
      let asked = 0;
      let askedMs = 0;
      const bed = await startBed((_, response) => {
        asked += 1;
        if (asked === 2) {
          askedMs = performance.now();
          response.writeHead(status, { 'retry-after': '1' }).end();
        } else {
          if (asked === 3) assert.ok(performance.now() - askedMs > 950);
          end(response, 200);
        }
      });
      await sendAll(bed, ['a', 'b', 'c', 'd']);
      assert.deepEqual(bed.requests, [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ]);
      assert.deepEqual(bed.sending.sums, { accepted: 4, refused: 0 });
      assert.equal(bed.poster.waits(), 1);
    });
  }

  it('names each event that was not taken by its place', async () => {
    const bed = await startBed(
      (ids, response) => {
        const bad = ids.flatMap((id, index) =>
          id.startsWith('bad') ? [{ index, status: 418, reason: `${id} is bad` }] : [],
        );
        const [first] = bad;
        if (first === undefined) end(response, 200);
        else if (bad.length < ids.length)
          end(response, 200, { accepted: ids.length - bad.length, rejected: bad });
        else end(response, 418, { error: { code: 'invalid_event', message: first.reason } });
      },
      { batch: 4 },
    );
    await sendAll(bed, ['a', 'bad1', 'b', 'c', 'bad2', 'bad3', 'bad4', 'bad5']);
    assert.deepEqual(bed.refused, [
      'file bad1: 418, bad1 is bad',
      ...['2', '3', '4', '5'].map((number) => `file bad${number}: 418, bad${number} is bad`),
    ]);
    assert.deepEqual(bed.sending.sums, { accepted: 3, refused: 5 });
  });

  it('asks for halves when a request is too large', async () => {
    const bed = await startBed(
      (ids, response) => {
        end(response, ids.length > 2 ? 413 : 200);
      },
      { batch: 5 },
    );
    await sendAll(bed, ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(bed.sending.sums, { accepted: 5, refused: 0 });
    assert.deepEqual(bed.requests.filter(({ length }) => length < 3).flat(), [
      'a',
      'b',
      'c',
      'd',
      'e',
    ]);
  });

  it('has so many requests open at once', async () => {
    const open: ServerResponse[] = [];
    const bed = await startBed(
      (_, response) => {
        open.push(response);
        if (open.length === 3) for (const waiting of open.splice(0)) end(waiting, 200);
      },
      { batch: 1, concurrency: 3 },
    );
    await sendAll(bed, ['a', 'b', 'c', 'd', 'e', 'f']);
    assert.equal(bed.sending.sums.accepted, 6);
  });

  it('keeps to a rate', async () => {
    const { signal } = new AbortController();
    const bed = await startBed(
      (_, response) => {
        end(response, 200);
      },
      { pacer: createPacer(20, signal) },
    );
    const startMs = performance.now();
    await sendAll(bed, ['a', 'b', 'c', 'd', 'e', 'f']);
    assert.ok(performance.now() - startMs >= 190);
  });

  it('lets events go when they are due', async () => {
    const timing = createTiming({ asRecorded: true, speed: 10, shiftTimes: false }, Date.now());
    const bed = await startBed(
      (_, response) => {
        end(response, 200);
      },
      { timing },
    );
    const startMs = performance.now();
    for (const [event_id, second] of [
      ['a', 0],
      ['b', 0],
      ['c', 2],
    ] as const) {
      const value = { event_id, timestamp: new Date(second * 1000).toISOString() };
      await bed.sending.take({ place: '', value, text: JSON.stringify(value) });
    }
    await bed.sending.finish();
    assert.ok(performance.now() - startMs >= 190);
    assert.deepEqual(bed.requests, [['a', 'b'], ['c']]);
  });

  it('ends when the sender is not wanted, and says why', async () => {
    const bed = await startBed((_, response) => {
      end(response, 401, { error: { code: 'unauthorized', message: 'a token is needed' } });
    });
    await assert.rejects(sendAll(bed, ['a']), /answered 401: a token is needed/);
  });

  it('ends when nobody answers', async () => {
    const url = `http://127.0.0.1:${String(await refusedPort())}`;
    const { signal } = new AbortController();
    const poster = createEventPoster({ url, token: undefined, signal });
    await assert.rejects(poster.post(['{}']), (error) => {
      assert.ok(error instanceof PostError);
      assert.match(error.message, /does not answer: ECONNREFUSED$/);
      return true;
    });
  });
});

describe('the times of recorded events', () => {
  const START_MS = 1_800_000_000_000;
  const recorded = ['2020-01-01T00:00:00Z', '2020-01-01T01:00:10+01:00', 'nonsense'];
  const cases = [
    {
      shiftTimes: false,
      asRecorded: false,
      speed: 1,
      times: recorded,
      due: [undefined, undefined, undefined],
    },
    {
      shiftTimes: true,
      asRecorded: false,
      speed: 1,
      times: [0, 10_000, 'nonsense'],
      due: [undefined, undefined, undefined],
    },
    {
      shiftTimes: true,
      asRecorded: true,
      speed: 4,
      times: [0, 2500, 'nonsense'],
      due: [0, 2500, undefined],
    },
    { shiftTimes: false, asRecorded: true, speed: 1, times: recorded, due: [0, 10_000, undefined] },
  ];
  for (const { times, due, ...settings } of cases) {
    it(`are used by ${JSON.stringify(settings)}`, () => {
      const timing = createTiming(settings, START_MS);
      const timed = recorded.map((timestamp) => {
        const value = { timestamp, rcvd_time: 1 };
        return timing({ place: '', value, text: JSON.stringify(value) });
      });
      assert.deepEqual(
        timed.map(({ text: json }): unknown => JSON.parse(json)),
        times.map((time) => {
          const isShifted = typeof time === 'number';
          const timestamp = isShifted ? new Date(START_MS + time).toISOString() : time;
          return { timestamp, rcvd_time: 1 };
        }),
      );
      assert.deepEqual(
        timed.map(({ dueMs }) => dueMs),
        due.map((ms) => (ms === undefined ? undefined : START_MS + ms)),
      );
    });
  }
});
