// Several events in one message between our own nodes: one line of JSON that says whose they are and their numbers, then
// a JSON array of them. A backend reads the line at once and the array only when its turn comes.

/** Whose events a message holds, and their places among all shared events of that frontend's run. */
export interface SharedHeader {
  /** The frontend's node name. */
  readonly node: string;
  /** Drawn at each start of the frontend: its numbers begin anew. */
  readonly epoch: string;
  /** The number of the first event, from 1. */
  readonly first: number;
  /** How many numbers it takes. */
  readonly count: number;
  /** The conn_id of the first event; those of the others follow. */
  readonly firstId: number;
  /** When the frontend received them, Unix milliseconds with fraction. */
  readonly receivedMs: number;
  /** The numbers are taken but the events were refused after all: nothing follows, and nothing is lost. */
  readonly isVoid: boolean;
}

/** A message as it was read; `body` is the text of the array. */
export interface SharedMessage {
  readonly header: SharedHeader;
  readonly body: Uint8Array;
}

const LINE_END = 10;
const OPENING = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSING = Buffer.from(']');

/** The bytes of a message; `texts` are those of events, or of several with commas between them. */
export function writeSharedMessage(header: SharedHeader, texts: readonly Uint8Array[]): Buffer {
  const { node, epoch, first, count, firstId, receivedMs, isVoid } = header;
  const line = JSON.stringify({
    ...{ node, epoch, first, count, conn_id: firstId, received_ms: receivedMs },
    ...(isVoid && { void: true }),
  });
  const parts: Uint8Array[] = [Buffer.from(`${line}\n`)];
  for (const [index, text] of texts.entries()) parts.push(index === 0 ? OPENING : COMMA, text);
  if (texts.length > 0) parts.push(CLOSING);
  return Buffer.concat(parts);
}

/** Bytes that a message takes beside its events and the commas between them, at most. */
export function sharedOverhead(node: string, epoch: string): number {
  return Buffer.byteLength(JSON.stringify([node, epoch])) + 192;
}

/** The message, undefined when it is none. */
export function readSharedMessage(data: Uint8Array): SharedMessage | undefined {
  const end = data.indexOf(LINE_END);
  if (end < 0) return undefined;
  const header = readHeader(Buffer.from(data.buffer, data.byteOffset, end).toString('utf8'));
  return header === undefined ? undefined : { header, body: data.subarray(end + 1) };
}

function readHeader(line: string): SharedHeader | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('node' in value && 'epoch' in value && 'first' in value && 'count' in value)) {
    return undefined;
  }
  if (!('conn_id' in value && 'received_ms' in value)) return undefined;
  const { node, epoch, first, count, conn_id: firstId, received_ms: receivedMs } = value;
  if (typeof node !== 'string' || typeof epoch !== 'string') return undefined;
  if (typeof receivedMs !== 'number' || !isPositive(firstId)) return undefined;
  if (!isPositive(first) || !isPositive(count)) return undefined;
  const isVoid = 'void' in value && value.void === true;
  return { node, epoch, first, count, firstId, receivedMs, isVoid };
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 1;
}
