import { isAscii, isUtf8 } from 'node:buffer';
import { explainEvent, type EventFault } from '../core/event/explain-event.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import { parseEvent } from '../core/event/parse-event.ts';
import type { SharedHeader } from './shared-message.ts';

/** A message that is no event. */
export interface UnreadableEvent {
  readonly fault: EventFault;
}

/** What a half surrogate pair and bytes that are no UTF-8 become in a text. */
const REPLACEMENT = '\ufffd';
/** The keys whose texts are taken over. */
const TEXT_KEYS = [
  ...['event_id', 'title', 'sensor', 'product', 'category', 'subcategory', 'protocol'],
  ...['custom_label1', 'custom_data1', 'custom_label2', 'custom_data2'],
  ...['custom_label3', 'custom_data3'],
] as const;
const NOT_JSON: EventFault = { status: 400, field: '', problem: 'must be one JSON object' };
const UNSOUND = 'must be UTF-8 without half surrogate pairs';

/**
 * Reads a message of `dsiem_events` as the reference's backend does: absent fields, the Go version's messages, unknown
 * keys and white space around the object are taken; of a key given twice the last counts, as on HTTP (the reference
 * drops such an event). Bytes that are no UTF-8 or half surrogate pairs matter only in a text that is taken over.
 */
export function readWireEvent(data: Uint8Array): NormalizedEvent | UnreadableEvent {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: NOT_JSON };
  }
  const event = parseEvent(value);
  if (event === undefined) return { fault: explainEvent(value) ?? NOT_JSON };
  // Both are rare, and cheap to rule out.
  if (isUtf8(bytes) && !text.includes('\\u')) return event;
  return explainText(value, isUtf8(bytes)) ?? event;
}

/**
 * Reads the events of one of our own messages, which the frontend has read in the same way, and gives them their numbers and
 * time of arrival; undefined when they are not what the header says.
 */
export function readSharedEvents(
  data: Uint8Array,
  { count, firstId, receivedMs }: Pick<SharedHeader, 'count' | 'firstId' | 'receivedMs'>,
): readonly NormalizedEvent[] | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let values: unknown;
  try {
    values = JSON.parse(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(values) || values.length !== count) return undefined;
  const events: NormalizedEvent[] = [];
  for (const value of values) {
    const event = parseEvent(value);
    if (event === undefined) return undefined;
    event.connId = firstId + events.length;
    event.receivedMs = receivedMs;
    events.push(event);
  }
  return events;
}

function explainText(value: unknown, isSoundUtf8: boolean): UnreadableEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const texts = new Map<string, unknown>(Object.entries(value));
  for (const field of TEXT_KEYS) {
    const text = texts.get(field);
    if (typeof text !== 'string') continue;
    const isSound = text.isWellFormed() && (isSoundUtf8 || !text.includes(REPLACEMENT));
    if (!isSound) return { fault: { status: 400, field, problem: UNSOUND, got: text } };
  }
  return undefined;
}
