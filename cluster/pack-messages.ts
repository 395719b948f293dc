import { writeWireEvent } from '../core/event/wire-event.ts';
import { writeSharedMessage, type SharedHeader } from './shared-message.ts';
import { EVENTS_SUBJECT, SHARED_SUBJECT } from './subjects.ts';
import type { Request } from './waiting-line.ts';

/** A message to be published. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly data: string | Uint8Array;
  /** Whose they are and their numbers; undefined where messages have none. */
  readonly header: SharedHeader | undefined;
}

/** What all messages of a turn have: the numbers are those of its first event. */
export type SharedFrame = Omit<SharedHeader, 'count' | 'isVoid'>;

/** Text of one event, or of several with commas between them. */
interface Piece {
  readonly text: Uint8Array;
  readonly count: number;
}

/** Larger messages save nothing and let others wait. */
const MOST_EVENTS = 500;
const MOST_BYTES = 262_144;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** One message on `dsiem_events` for each event. */
export function packSingly(requests: readonly Request[]): OutgoingMessage[] {
  return requests.flatMap(({ events }) =>
    events.map((event) => ({
      ...{ subject: EVENTS_SUBJECT, data: writeWireEvent(event), header: undefined },
    })),
  );
}

/**
 * As many events in a message on our own subject as fit into `maxBytes`, in their order. A request's text goes on as it came,
 * for a backend reads it as the frontend did; only where it is too large its events are written one by one.
 */
export function packTogether(
  requests: readonly Request[],
  frame: SharedFrame,
  maxBytes: number,
): OutgoingMessage[] {
  const bound = Math.min(MOST_BYTES, maxBytes);
  const messages: OutgoingMessage[] = [];
  let { first, firstId } = frame;
  let part: Uint8Array[] = [];
  let bytes = 0;
  let count = 0;

  function close(): void {
    if (count === 0) return;
    const header = { ...frame, first, firstId, count, isVoid: false };
    messages.push({ subject: SHARED_SUBJECT, data: writeSharedMessage(header, part), header });
    first += count;
    firstId += count;
    part = [];
    bytes = 0;
    count = 0;
  }

  for (const request of requests) {
    for (const piece of piecesOf(request, bound)) {
      const more = piece.text.length + 1;
      if (count + piece.count > MOST_EVENTS || bytes + more > bound) close();
      part.push(piece.text);
      bytes += more;
      count += piece.count;
    }
  }
  close();
  return messages;
}

/** A piece above the bound is a single event. */
function* piecesOf({ events, json }: Request, bound: number): Generator<Piece> {
  if (json !== undefined && json.length < bound && events.length <= MOST_EVENTS) {
    yield { text: withoutBrackets(json), count: events.length };
    return;
  }
  for (const event of events) yield { text: Buffer.from(writeWireEvent(event)), count: 1 };
}

/** The text of an event, or what stands between the brackets of an array. */
function withoutBrackets(json: Uint8Array): Uint8Array {
  const start = json.findIndex((byte) => byte > 0x20);
  if (json[start] !== OPENING_BRACKET) return json;
  return json.subarray(start + 1, json.lastIndexOf(CLOSING_BRACKET));
}

/** What takes the numbers of a message whose events were refused after all; undefined where it has none. */
export function voidMessage({ header }: OutgoingMessage): Uint8Array | undefined {
  return header === undefined ? undefined : writeSharedMessage({ ...header, isVoid: true }, []);
}
