import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSharedEvents, readWireEvent } from '../../cluster/event-wire.ts';
import { parseEvent } from '../../core/event/parse-event.ts';
import { writeWireEvent } from '../../core/event/wire-event.ts';
import { makeEvent } from '../support/cluster-bed.ts';
import {
  recordedBodies,
  recordedMessages,
  skipWithoutRecordings,
  type RecordedMessage,
} from '../support/wire-recordings.ts';

/** What we take although the reference's backend does not. */
const TAKEN_HERE: Readonly<Record<string, string>> = {
  'a key twice': 'the last counts, as on HTTP, where the reference takes it too',
};

/** Without what differs from run to run; a sender's carrier is kept here and replaced by the reference. */
function withoutRun(text: string): string {
  return text
    .replace(/"conn_id":\d+/, '"conn_id":0')
    .replace(/"rcvd_time":\d+/, '"rcvd_time":0')
    .replace(/"carrier":\{.*\}\}$/, '"carrier":{}}');
}

function bytesOf({ published, published_hex: hex }: RecordedMessage): Uint8Array {
  return hex === undefined ? Buffer.from(published ?? '') : Buffer.from(hex, 'hex');
}

function isTaken(data: Uint8Array): boolean {
  return !('fault' in readWireEvent(data));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe('an event on the wire', () => {
  describe('is written as the reference writes it', { skip: skipWithoutRecordings }, () => {
    for (const recorded of recordedBodies()) {
      const { what, posted, posted_text: text, published } = recorded;
      const body = text === undefined ? posted : parse(text);
      const values: readonly unknown[] = Array.isArray(body) ? body : [body];
      const events = values.map(parseEvent);
      if (events.length !== published.length || events.includes(undefined)) continue;
      it(what, () => {
        const written = events.flatMap((event) =>
          event === undefined ? [] : [withoutRun(writeWireEvent(event))],
        );
        // The reference publishes an array from its end (SPEC §12.10).
        assert.deepEqual(written.toSorted(), published.map(withoutRun).toSorted());
      });
    }
  });

  describe('is taken when the reference takes it', { skip: skipWithoutRecordings }, () => {
    for (const recorded of recordedMessages()) {
      const { what, accepted } = recorded;
      it(`${what}: ${accepted || what in TAKEN_HERE ? 'taken' : 'dropped'}`, () => {
        assert.equal(isTaken(bytesOf(recorded)), accepted || what in TAKEN_HERE);
      });
    }
  });

  it('keeps all fields from a frontend to a backend', () => {
    const event = makeEvent(1, {
      ...{ title: 'ü "quoted" \u0001', product: 'p', category: 'c', subcategory: 's' },
      ...{ protocol: 'TCP', src_port: 1, dst_port: 65535, src_ip: '2001:db8::1' },
      ...{ custom_label1: 'a', custom_data1: '1', custom_label3: 'c', custom_data3: '3' },
      carrier: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    event.connId = 7;
    event.receivedMs = 1_795_528_661_305.5;
    assert.deepEqual(readWireEvent(Buffer.from(writeWireEvent(event))), event);
  });

  it("takes the Go version's trace context", () => {
    const text = writeWireEvent(makeEvent(1)).replace(
      ',"carrier":{}',
      ',"trace_parent":"00-a-b-01","trace_state":"es=s:1"',
    );
    const read = readWireEvent(Buffer.from(text));
    assert.ok(!('fault' in read));
    assert.deepEqual(read.carrier, { traceparent: '00-a-b-01', tracestate: 'es=s:1' });
  });

  it('keeps the receive time of the reference to a microsecond', () => {
    const text = writeWireEvent(makeEvent(1)).replace(
      '"rcvd_time":0',
      '"rcvd_time":1795528661305874990',
    );
    const read = readWireEvent(Buffer.from(text));
    assert.ok(!('fault' in read));
    assert.ok(Math.abs(read.receivedMs - 1_795_528_661_305.875) < 0.001);
  });

  it('says why it is dropped', () => {
    const text = writeWireEvent(makeEvent(1)).replace('"src_port":0', '"src_port":"80"');
    const read = readWireEvent(Buffer.from(text));
    assert.ok('fault' in read);
    assert.deepEqual([read.fault.status, read.fault.field], [400, 'src_port']);
  });

  it('shows no half surrogate pair to a peer that refuses them', () => {
    const text = writeWireEvent(makeEvent(1, { title: 'a\ud83d' }));
    assert.match(text, /"title":"a\ufffd"/);
    assert.ok(isTaken(Buffer.from(text)));
  });

  it('comes alone or in an array', () => {
    const texts = [1, 2].map((number) => writeWireEvent(makeEvent(number)));
    const header = { count: 2, firstId: 7, receivedMs: 1_795_528_661_305.875 };
    const read = readSharedEvents(Buffer.from(`[${texts.join(',')}]`), header);
    assert.deepEqual(
      read?.map(({ eventId, connId, receivedMs }) => [eventId, connId, receivedMs]),
      [
        ['e1', 7, header.receivedMs],
        ['e2', 8, header.receivedMs],
      ],
    );
    const [first] = texts;
    const unlike = ['', '{}', '[{}]', '[', `[${texts.join(',')}`, `[${first ?? ''}]`];
    for (const text of unlike) {
      assert.equal(readSharedEvents(Buffer.from(text), header), undefined);
    }
  });
});
