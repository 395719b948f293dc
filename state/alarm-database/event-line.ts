// How a kept event stands in a segment file: one line, a JSON array of the alarm's id, the stage and SPEC §1's fields in
// their order, in ASCII. Written on the engine's thread for every accepted event, so bytes are put down without a string.
import { formatEventTime, parseEventTime } from '../../core/event/event-time.ts';
import type { NormalizedEvent } from '../../core/event/normalized-event.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const ZERO = 0x30;
const NEWLINE = 0x0a;
const DIGITS_AT_ONCE = 1_000_000_000;
const HEX = '0123456789abcdef';
/** Texts that many events have in common are kept as bytes, so many of them, from this length on. */
const MOST_COMMON = 4_096;
const LEAST_COMMON = 12;
const common = new Map<string, Uint8Array>();
/** Brackets, commas, quotes and numbers of a line. */
const FRAME_BYTES = 400;
/** `\u0000` for a character that is not plain. */
const MOST_BYTES_A_CHARACTER = 6;

/** A kept event as it is read back. */
export interface EventLine {
  readonly alarmId: string;
  readonly stage: number;
  /** Event time in Unix seconds. */
  readonly time: number;
  /** With SPEC §1's keys. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** The most bytes that the line of the event can take. */
export function boundEventLine(alarmId: string, event: NormalizedEvent): number {
  const { eventId, timestamp, sensor, title, srcIp, dstIp, product, category } = event;
  const { subcategory, protocol, customData1, customData2, customData3 } = event;
  const { customLabel1, customLabel2, customLabel3, carrier } = event;
  const characters =
    alarmId.length +
    (eventId.length + timestamp.length + sensor.length + title.length) +
    (srcIp.length + dstIp.length + product.length + category.length + subcategory.length) +
    (protocol.length + customData1.length + customData2.length + customData3.length) +
    (customLabel1.length + customLabel2.length + customLabel3.length) +
    (carrier === undefined ? 0 : JSON.stringify(carrier).length);
  return characters * MOST_BYTES_A_CHARACTER + FRAME_BYTES;
}

/** Writes the event's line into `bytes` from `at` on, where there must be room for it; answers where it ends. */
export function writeEventLine(
  bytes: Uint8Array,
  start: number,
  {
    alarmId,
    stage,
    event,
  }: { readonly alarmId: string; readonly stage: number; readonly event: NormalizedEvent },
): number {
  let at = start;
  bytes[at++] = 0x5b;
  at = writeText(bytes, at, alarmId);
  at = writeNumber(bytes, at, stage);
  at = writeText(bytes, at, event.eventId);
  at = writeTimestamp(bytes, at, event.timestamp);
  at = writeCommon(bytes, at, event.sensor);
  at = writeCommon(bytes, at, event.title);
  at = writeText(bytes, at, event.srcIp);
  at = writeText(bytes, at, event.dstIp);
  at = writeNumber(bytes, at, event.pluginId);
  at = writeNumber(bytes, at, event.pluginSid);
  at = writeCommon(bytes, at, event.product);
  at = writeCommon(bytes, at, event.category);
  at = writeCommon(bytes, at, event.subcategory);
  at = writeNumber(bytes, at, event.srcPort);
  at = writeNumber(bytes, at, event.dstPort);
  at = writeText(bytes, at, event.protocol);
  at = writeNumber(bytes, at, event.connId);
  at = writeText(bytes, at, event.customData1);
  at = writeCommon(bytes, at, event.customLabel1);
  at = writeText(bytes, at, event.customData2);
  at = writeCommon(bytes, at, event.customLabel2);
  at = writeText(bytes, at, event.customData3);
  at = writeCommon(bytes, at, event.customLabel3);
  at = writeReceived(bytes, at, event.receivedMs);
  at = writeText(bytes, at, event.carrier === undefined ? '' : JSON.stringify(event.carrier));
  bytes[at - 1] = 0x5d;
  bytes[at++] = NEWLINE;
  return at;
}

type Write<Value> = (bytes: Uint8Array, start: number, value: Value) => number;

/** As `write`, but a value that came just before is copied from there: events of one request often share their times. */
function repeated<Value>(write: Write<Value>): Write<Value> {
  let last: Value | undefined;
  let lastBytes: Uint8Array | undefined;
  let from = 0;
  let length = 0;
  return (bytes, start, value) => {
    if (value === last && bytes === lastBytes) bytes.copyWithin(start, from, from + length);
    else length = write(bytes, start, value) - start;
    last = value;
    lastBytes = bytes;
    from = start;
    return start + length;
  };
}

const writeTimestamp = repeated(writeText);
/** Unix milliseconds, as whole microseconds. */
const writeReceived = repeated<number>((bytes, start, ms) =>
  writeNumber(bytes, start, Math.round(ms * 1000)),
);

/** As writeText, for a field of few values. */
function writeCommon(bytes: Uint8Array, start: number, text: string): number {
  if (text.length < LEAST_COMMON) return writeText(bytes, start, text);
  const known = common.get(text);
  if (known !== undefined) {
    bytes.set(known, start);
    return start + known.length;
  }
  const end = writeText(bytes, start, text);
  if (common.size === MOST_COMMON) common.clear();
  common.set(text, bytes.slice(start, end));
  return end;
}

/** The text in quotes and a comma. */
function writeText(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  let at = start;
  bytes[at++] = QUOTE;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f && code !== QUOTE && code !== BACKSLASH) bytes[at++] = code;
    else at = writeEscape(bytes, at, code);
  }
  bytes[at++] = QUOTE;
  bytes[at++] = COMMA;
  return at;
}

function writeEscape(bytes: Uint8Array, start: number, code: number): number {
  let at = start;
  bytes[at++] = BACKSLASH;
  bytes[at++] = 0x75;
  for (let shift = 12; shift >= 0; shift -= 4) {
    bytes[at++] = HEX.charCodeAt((code >> shift) & 15);
  }
  return at;
}

/** The whole number, 0 or more, and a comma. */
function writeNumber(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  if (value < 10) {
    bytes[at++] = ZERO + value;
  } else if (value < DIGITS_AT_ONCE) {
    at = writeDigits(bytes, at, value, countDigits(value));
  } else {
    const high = Math.floor(value / DIGITS_AT_ONCE);
    at = writeDigits(bytes, at, high, countDigits(high));
    at = writeDigits(bytes, at, value - high * DIGITS_AT_ONCE, 9);
  }
  bytes[at++] = COMMA;
  return at;
}

function countDigits(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  return digits;
}

function writeDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    const less = Math.floor(rest / 10);
    bytes[index] = ZERO + rest - less * 10;
    rest = less;
  }
  return at + digits;
}

/** Reads a line back; undefined for what is none. */
export function readEventLine(text: string): EventLine | undefined {
  const cells = parseCells(text);
  if (cells === undefined) return undefined;
  const [alarmId, stage, eventId, timestamp, ...rest] = cells;
  if (typeof alarmId !== 'string' || typeof stage !== 'number') return undefined;
  if (typeof eventId !== 'string' || typeof timestamp !== 'string') return undefined;
  const event: Record<string, unknown> = {
    event_id: eventId,
    timestamp: formatEventTime(timestamp) ?? timestamp,
  };
  for (const [index, key] of REST_KEYS.entries()) event[key] = rest[index];
  const { carrier, rcvd_time: received } = event;
  event['rcvd_time'] = typeof received === 'number' ? received * 1000 : 0;
  event['carrier'] = typeof carrier === 'string' && carrier !== '' ? parseCarrier(carrier) : {};
  return { alarmId, stage, time: parseEventTime(timestamp) ?? 0, event };
}

const REST_KEYS = [
  ...(['sensor', 'title', 'src_ip', 'dst_ip', 'plugin_id', 'plugin_sid', 'product'] as const),
  ...(['category', 'subcategory', 'src_port', 'dst_port', 'protocol', 'conn_id'] as const),
  ...(['custom_data1', 'custom_label1', 'custom_data2', 'custom_label2'] as const),
  ...(['custom_data3', 'custom_label3', 'rcvd_time', 'carrier'] as const),
];

function parseCells(text: string): readonly unknown[] | undefined {
  try {
    const cells: unknown = JSON.parse(text);
    return Array.isArray(cells) ? cells : undefined;
  } catch {
    return undefined;
  }
}

function parseCarrier(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
