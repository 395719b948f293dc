import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { explainEvent } from '../../../core/event/explain-event.ts';
import { parseEvent } from '../../../core/event/parse-event.ts';

const LEAST = {
  event_id: 'e1',
  timestamp: '2026-11-24T08:00:00Z',
  title: 't',
  sensor: 's',
  src_ip: '10.0.0.1',
  dst_ip: 'FD00:0:0:0:0:0:0:1',
  plugin_id: 1001,
  plugin_sid: 1,
};

type Change = readonly [what: string, change: Readonly<Record<string, unknown>>];

describe('parseEvent', () => {
  it('copies every field into the fixed shape', () => {
    const event = parseEvent({
      ...LEAST,
      product: 'p',
      category: 'c',
      subcategory: 'sc',
      protocol: 'TCP',
      src_port: 1,
      dst_port: 65_535,
      custom_label1: 'l1',
      custom_data1: 'd1',
      custom_label2: 'l2',
      custom_data2: 'd2',
      custom_label3: 'l3',
      custom_data3: 'd3',
      conn_id: 7,
      rcvd_time: 1_795_528_661_305_875_000,
      carrier: { traceparent: '00-a-b-01' },
    });
    assert.deepEqual(event, {
      eventId: 'e1',
      timestamp: '2026-11-24T08:00:00Z',
      timeSeconds: Date.UTC(2026, 10, 24, 8) / 1000,
      title: 't',
      sensor: 's',
      srcIp: '10.0.0.1',
      dstIp: 'fd00::1',
      srcAddress: 0x0a00_0001,
      dstAddress: { a: 0xfd00_0000, b: 0, c: 0, d: 1 },
      pluginId: 1001,
      pluginSid: 1,
      product: 'p',
      category: 'c',
      subcategory: 'sc',
      protocol: 'TCP',
      srcPort: 1,
      dstPort: 65_535,
      customLabel1: 'l1',
      customData1: 'd1',
      customLabel2: 'l2',
      customData2: 'd2',
      customLabel3: 'l3',
      customData3: 'd3',
      connId: 7,
      receivedMs: 1_795_528_661_305.875,
      carrier: { traceparent: '00-a-b-01' },
    });
  });

  it('gives absent fields 0, an empty text or no carrier', () => {
    const event = parseEvent(LEAST);
    assert.ok(event !== undefined);
    assert.equal(event.product, '');
    assert.equal(event.customData3, '');
    assert.equal(event.srcPort, 0);
    assert.equal(event.connId, 0);
    assert.equal(event.receivedMs, 0);
    assert.equal(event.carrier, undefined);
  });

  it("takes the Go version's trace fields where there is no carrier", () => {
    const go = { trace_parent: '00-a-b-01', trace_state: 'x=y' };
    assert.deepEqual(parseEvent({ ...LEAST, ...go })?.carrier, {
      traceparent: '00-a-b-01',
      tracestate: 'x=y',
    });
    assert.deepEqual(parseEvent({ ...LEAST, ...go, carrier: { a: 'b' } })?.carrier, { a: 'b' });
    assert.equal(parseEvent({ ...LEAST, trace_parent: 5 })?.carrier, undefined);
  });

  it('is not led astray by keys that name parts of the prototype', () => {
    const text = `{"__proto__": {"event_id": "x", "title": "x"}, "constructor": 1, "toString": null}`;
    const hostile: unknown = JSON.parse(text);
    assert.equal(parseEvent(hostile), undefined);
    assert.deepEqual(explainEvent(hostile), {
      status: 400,
      field: 'event_id',
      problem: 'is missing',
    });
    const withProto: unknown = JSON.parse(
      JSON.stringify(LEAST).replace('{', '{"__proto__":{"product":5},"hasOwnProperty":1,'),
    );
    assert.equal(parseEvent(withProto)?.product, '');
    const carrier: unknown = JSON.parse(
      JSON.stringify(LEAST).replace('{', '{"carrier":{"__proto__":{}},'),
    );
    assert.equal(parseEvent(carrier), undefined);
    assert.equal(Object.hasOwn(Object.prototype, 'event_id'), false);
  });

  it('keeps half a surrogate pair in a text', () => {
    assert.equal(parseEvent({ ...LEAST, title: '\ud83d' })?.title, '\ud83d');
  });
});

describe('explainEvent', () => {
  const unreadable: readonly Change[] = [
    ...['event_id', 'timestamp', 'title', 'sensor', 'src_ip', 'dst_ip'].flatMap(
      (field): Change[] => [
        [`${field} missing`, { [field]: undefined }],
        [`${field} null`, { [field]: null }],
        [`${field} a number`, { [field]: 5 }],
      ],
    ),
    ...['plugin_id', 'plugin_sid', 'src_port', 'dst_port', 'conn_id'].flatMap((field): Change[] => [
      [`${field} a text`, { [field]: '5' }],
      [`${field} null`, { [field]: null }],
      [`${field} negative`, { [field]: -1 }],
      [`${field} with a fraction`, { [field]: 1.5 }],
      [`${field} not exact`, { [field]: 2 ** 53 }],
    ]),
    ...['product', 'category', 'subcategory', 'protocol', 'custom_label1', 'custom_data3'].flatMap(
      (field): Change[] => [
        [`${field} a number`, { [field]: 5 }],
        [`${field} null`, { [field]: null }],
      ],
    ),
    ['src_port above the last', { src_port: 65_536 }],
    ['rcvd_time a text', { rcvd_time: '5' }],
    ['rcvd_time null', { rcvd_time: null }],
    ['carrier null', { carrier: null }],
    ['carrier a list', { carrier: ['a'] }],
    ['carrier with a number', { carrier: { a: 1 } }],
    ['src_ip with a zone', { src_ip: 'fe80::1%eth0' }],
    ['src_ip empty', { src_ip: '' }],
    ['timestamp empty', { timestamp: '' }],
    [
      'timestamp without offset, and an empty title',
      { timestamp: '2026-11-24 08:00:00', title: '' },
    ],
  ];
  for (const [what, change] of unreadable) {
    it(`answers 400 and names the field: ${what}`, () => {
      const event = { ...LEAST, ...change };
      const fault = explainEvent(event);
      assert.equal(fault?.status, 400);
      assert.equal(fault.field, Object.keys(change)[0]);
      assert.equal(parseEvent(event), undefined);
    });
  }

  const empty: readonly Change[] = [
    ['event_id', { event_id: '' }],
    ['title', { title: '' }],
    ['sensor', { sensor: '' }],
    ['plugin_id', { plugin_id: 0 }],
    ['plugin_id', { plugin_sid: undefined }],
    ['plugin_id', { plugin_sid: 0, product: 'p' }],
    ['plugin_id', { plugin_id: undefined, category: 'c' }],
    ['plugin_id', { plugin_id: undefined, product: '', category: 'c' }],
  ];
  for (const [field, change] of empty) {
    it(`answers 418 and names ${field}: ${JSON.stringify(change)}`, () => {
      const event = { ...LEAST, ...change };
      assert.equal(explainEvent(event)?.status, 418);
      assert.equal(explainEvent(event)?.field, field);
      assert.equal(parseEvent(event), undefined);
    });
  }

  for (const value of [null, 5, 'text', true, [], [LEAST]]) {
    it(`answers 400 for ${JSON.stringify(value)} as a whole`, () => {
      assert.equal(explainEvent(value)?.field, '');
      assert.equal(parseEvent(value), undefined);
    });
  }

  it('finds no fault exactly in what parseEvent takes', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>('', 'x', 0, 1, -1, 0.5, 65_535, 65_536, 2 ** 53, 2 ** 64, null),
      fc.constantFrom<unknown>('10.0.0.1', '::1', '2026-11-24T08:00:00Z', {}, { a: 'b' }, { a: 1 }),
      fc.constantFrom<unknown>([], true, -0, undefined),
      fc.jsonValue(),
    );
    const fields =
      `event_id timestamp title sensor src_ip dst_ip plugin_id plugin_sid product category
      subcategory protocol src_port dst_port custom_label1 custom_data1 custom_label2 custom_data2 custom_label3
      custom_data3 conn_id rcvd_time carrier trace_parent trace_state __proto__ other`.split(/\s+/);
    const changes = fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 3 });
    fc.assert(
      fc.property(changes, fc.boolean(), (change, taxonomy) => {
        const base = taxonomy ? { ...LEAST, product: 'p', category: 'c' } : LEAST;
        const event = { ...base, ...change };
        assert.equal(parseEvent(event) !== undefined, explainEvent(event) === undefined);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        assert.equal(parseEvent(event) !== undefined, explainEvent(event) === undefined);
      }),
    );
  });
});
