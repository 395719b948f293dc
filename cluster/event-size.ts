import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import { writeWireEvent } from '../core/event/wire-event.ts';

/** A character takes six bytes at most (`\u0001`). */
const BYTES_A_CHARACTER = 6;
/** The keys, numbers, addresses and quotes of an event take fewer; also what its conn_id and rcvd_time may still grow by. */
const FIXED_BYTES = 1_024;
const BYTES_TO_GROW = 64;

/** An event above the server's max_payload. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
}

/** Whether the event takes more than `bytes` on the wire; nearly all events are far below, which is seen without writing them. */
export function isLargerThan(event: NormalizedEvent, bytes: number): boolean {
  if (charactersOf(event) * BYTES_A_CHARACTER + FIXED_BYTES <= bytes) return false;
  return Buffer.byteLength(writeWireEvent(event)) + BYTES_TO_GROW > bytes;
}

function charactersOf(event: NormalizedEvent): number {
  const { eventId, timestamp, title, sensor, product, category, subcategory, protocol } = event;
  let characters = eventId.length + timestamp.length + title.length + sensor.length;
  characters += product.length + category.length + subcategory.length + protocol.length;
  characters += event.customLabel1.length + event.customData1.length;
  characters += event.customLabel2.length + event.customData2.length;
  characters += event.customLabel3.length + event.customData3.length;
  for (const [key, value] of Object.entries(event.carrier ?? {})) {
    characters += key.length + value.length + BYTES_A_CHARACTER;
  }
  return characters;
}
