// What is sent to backends of ours is what was posted, as long as it fits, and every event is read there as it was here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSharedEvents } from '../../cluster/event-wire.ts';
import { packTogether, voidMessage, type OutgoingMessage } from '../../cluster/pack-messages.ts';
import { readSharedMessage } from '../../cluster/shared-message.ts';
import type { Request } from '../../cluster/waiting-line.ts';
import type { NormalizedEvent } from '../../core/event/normalized-event.ts';
import { writeWireEvent } from '../../core/event/wire-event.ts';
import { parseEventsBody } from '../../server/parse-events-body.ts';
import { makeEvent } from '../support/cluster-bed.ts';

const FRAME = { node: 'f', epoch: 'e', first: 11, firstId: 101, receivedMs: 1_795_528_661_305.5 };
const ROOMY = 1_000_000;

function post(text: string): Request {
  const body = parseEventsBody(Buffer.from(text));
  assert.ok(body.kind === 'events');
  return { events: body.events, json: body.json, answer: undefined };
}

function textOf(number: number, title = 'a title'): string {
  return writeWireEvent(makeEvent(number, { title }));
}

function readAll(messages: readonly OutgoingMessage[]): NormalizedEvent[] {
  return messages.flatMap(({ data, header }) => {
    assert.ok(typeof data !== 'string' && header !== undefined);
    const read = readSharedMessage(data);
    assert.ok(read !== undefined);
    assert.deepEqual(read.header, header);
    const events = readSharedEvents(read.body, header);
    assert.ok(events !== undefined);
    return [...events];
  });
}

/** As the frontend numbers them. */
function expected(requests: readonly Request[]): NormalizedEvent[] {
  return requests
    .flatMap(({ events }) => events)
    .map((event, index) => ({
      ...event,
      connId: FRAME.firstId + index,
      receivedMs: FRAME.receivedMs,
    }));
}

describe('events of our own backends', () => {
  const BODIES: readonly (readonly [what: string, bodies: readonly string[]])[] = [
    ['an event', [textOf(1)]],
    ['an array', [`[${textOf(1)},${textOf(2)}]`]],
    ['an array of one', [`[${textOf(1)}]`]],
    ['events and arrays', [textOf(1), `[${textOf(2)},${textOf(3)}]`, textOf(4)]],
    ['blanks around and within', [` \n[ ${textOf(1)} ,\r\n ${textOf(2)} ] \n`, `\t${textOf(3)}\n`]],
    ['brackets within texts', [`[${textOf(1, 'a [b] ]')},${textOf(2, '[')}]`, textOf(3, ']')]],
    ['other letters and half a pair', [textOf(1, 'Zürich 東京 🔥'), `[${textOf(2)}]`]],
    ['lines of events', [`${textOf(1)}\n${textOf(2)}\n`]],
    ['a body of which one event is refused', [`[${textOf(1)},{},${textOf(2)}]`]],
    ['a number of its own', [textOf(1).replace(/"conn_id":\d+/, '"conn_id":77')]],
    ['unknown keys', [textOf(1).replace('{', '{"x":[[1,2],{"y":"]"}],')]],
  ];
  for (const [what, bodies] of BODIES) {
    it(`are read as they were here: ${what}`, () => {
      const requests = bodies.map(post);
      const messages = packTogether(requests, FRAME, ROOMY);
      assert.equal(messages.length, 1);
      assert.deepEqual(readAll(messages), expected(requests));
    });
  }

  it('are in as many messages as the bound asks for, in their order and with numbers without a gap', () => {
    const array = `[${[1, 2, 3, 4].map((number) => textOf(number)).join(',')}]`;
    const bound = array.length + 10;
    const requests = [array, textOf(5), `[${textOf(6)},${textOf(7)}]`, array].map(post);
    const messages = packTogether(requests, FRAME, bound);
    assert.deepEqual(
      messages.map(({ header }) => [header?.first, header?.count, header?.firstId]),
      [
        [11, 4, 101],
        [15, 3, 105],
        [18, 4, 108],
      ],
    );
    assert.deepEqual(readAll(messages), expected(requests));
  });

  it('are written one by one when their text is above the bound or has more than 500 events', () => {
    const numbers = Array.from({ length: 501 }, (_, index) => index + 1);
    const many = post(`[${numbers.map((number) => textOf(number)).join(',')}]`);
    assert.deepEqual(
      packTogether([many], FRAME, ROOMY).map(({ header }) => header?.count),
      [500, 1],
    );
    const padded = post(`[${textOf(1)},${' '.repeat(5000)}${textOf(2)}]`);
    const small = packTogether([padded], FRAME, 2000);
    assert.equal(small.length, 1);
    assert.deepEqual(readAll(small), expected([padded]));
  });

  it('leave their numbers when they are refused after all', () => {
    const [message] = packTogether([post(textOf(1))], FRAME, ROOMY);
    assert.ok(message !== undefined);
    const read = readSharedMessage(voidMessage(message) ?? new Uint8Array());
    assert.deepEqual(read?.header, { ...message.header, isVoid: true });
    assert.equal(read.body.length, 0);
  });
});
