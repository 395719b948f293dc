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
  /** The numbers are taken but the events were refused after all: nothing follows, and nothing is lost. */
  readonly isVoid: boolean;
}

/** A message as it was read; `body` is the text of the array. */
export interface SharedMessage {
  readonly header: SharedHeader;
  readonly body: Uint8Array;
}

const LINE_END = 10;

/** The text of a message; `events` are texts of `writeWireEvent`. */
export function writeSharedMessage(header: SharedHeader, events: readonly string[]): string {
  const { node, epoch, first, count, isVoid } = header;
  const line = JSON.stringify({ node, epoch, first, count, ...(isVoid && { void: true }) });
  return `${line}\n[${events.join(',')}]`;
}

/** Bytes that a message takes beside its events and the commas between them, at most. */
export function sharedOverhead(node: string, epoch: string): number {
  return Buffer.byteLength(JSON.stringify([node, epoch])) + 128;
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
  const { node, epoch, first, count } = value;
  if (typeof node !== 'string' || typeof epoch !== 'string') return undefined;
  if (!isPositive(first) || !isPositive(count)) return undefined;
  return { node, epoch, first, count, isVoid: 'void' in value && value.void === true };
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 1;
}
