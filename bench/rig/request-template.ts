// A prebuilt HTTP request whose events change only in digits of fixed width, so that sending one costs a few byte writes.

const ID_DIGITS = 10;
const ATTACKER_DIGITS = 6;
const DIRECTIVE_DIGITS = 5;
const FIRST_PLUGIN_ID = 10_000;
const UNKNOWN_PLUGIN_ID = 99_999;
const EVENT_MARK = '"event_id":"bench-';
const SOURCE_MARK = '"src_ip":"10.1';
const PLUGIN_MARK = '"plugin_id":';

/** What varies from event to event: event i belongs to directive i mod `directives`, then to attacker. */
export interface Variation {
  /** How many directives the events are spread over; their plugin ids count from 10000. */
  readonly directives: number;
  /** How many sources each directive sees. */
  readonly attackers: number;
  /** One event in this many has a plugin id that a directive knows; 1 = every event. */
  readonly oneIn: number;
  /** The event time of all: one for a whole run, because an event older than its backlog's last stage is out of order. */
  readonly timestamp: string;
}

/** A request that is changed in place before each sending. */
export interface RequestTemplate {
  readonly bytes: Buffer;
  readonly eventsPerRequest: number;
  /** Makes the request carry events `first`, `first + 1`, …; gives how many of them a directive knows. */
  number(first: number): number;
}

/** The plugin id that the events of the directive with this index carry. */
export function pluginId(directive: number): number {
  return FIRST_PLUGIN_ID + directive;
}

/** A POST /events of one event (0 = not in an array) or of an array of events; each event is about 380 bytes. */
export function createRequestTemplate(arrayOf: number, vary: Variation): RequestTemplate {
  const eventsPerRequest = arrayOf === 0 ? 1 : arrayOf;
  const event = exampleEvent(vary.timestamp);
  const body =
    arrayOf === 0 ? event : `[${Array.from({ length: arrayOf }, () => event).join(',')}]`;
  const head = [
    'POST /events HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    '',
    '',
  ].join('\r\n');
  const bytes = Buffer.from(head + body);
  const stride = event.length + 1;
  const firstEvent = head.length + (arrayOf === 0 ? 0 : 1);
  const idAt = firstEvent + event.indexOf(EVENT_MARK) + EVENT_MARK.length;
  const sourceAt = firstEvent + event.indexOf(SOURCE_MARK) + SOURCE_MARK.length;
  const pluginAt = firstEvent + event.indexOf(PLUGIN_MARK) + PLUGIN_MARK.length;
  const number = (first: number): number => {
    let known = 0;
    for (let position = 0; position < eventsPerRequest; position += 1) {
      const index = first + position;
      const shift = position * stride;
      writeDigits(bytes, idAt + shift, index, ID_DIGITS);
      const isKnown = index % vary.oneIn === 0;
      const turn = isKnown ? index / vary.oneIn : 0;
      const plugin = isKnown ? pluginId(turn % vary.directives) : UNKNOWN_PLUGIN_ID;
      writeDigits(bytes, pluginAt + shift, plugin, DIRECTIVE_DIGITS);
      writeSource(bytes, sourceAt + shift, Math.floor(turn / vary.directives) % vary.attackers);
      if (isKnown) known += 1;
    }
    return known;
  };
  return { bytes, eventsPerRequest, number };
}

function exampleEvent(timestamp: string): string {
  return JSON.stringify({
    event_id: `bench-${'0'.repeat(ID_DIGITS)}`,
    timestamp,
    title: 'Failed password for an invalid user from a foreign host',
    sensor: 'sensor-01.example.test',
    product: 'Secure Shell',
    category: 'Authentication',
    subcategory: 'Failed',
    plugin_id: UNKNOWN_PLUGIN_ID,
    plugin_sid: 1,
    src_ip: '10.100.100.100',
    src_port: 51515,
    dst_ip: '192.168.10.20',
    dst_port: 22,
    protocol: 'TCP',
    custom_label1: 'user',
    custom_data1: 'administrator',
  });
}

/** Attacker 123456 is 10.112.134.156: addresses of one length. */
function writeSource(bytes: Buffer, at: number, attacker: number): void {
  let rest = attacker;
  for (let pair = ATTACKER_DIGITS / 2 - 1; pair >= 0; pair -= 1) {
    writeDigits(bytes, at + pair * 4, rest % 100, 2);
    rest = Math.floor(rest / 100);
  }
}

function writeDigits(bytes: Buffer, at: number, value: number, digits: number): void {
  let rest = value;
  for (let position = at + digits - 1; position >= at; position -= 1) {
    const quotient = Math.floor(rest / 10);
    bytes[position] = 48 + rest - quotient * 10;
    rest = quotient;
  }
}
