import type { EventFault } from '../core/event/explain-event.ts';

const LONGEST = 64;

/** A fault of an event for people: `src_port must be an integer from 0 to 65535, got "80"`. */
export function describeEventFault(fault: EventFault): string {
  const subject = fault.field === '' ? 'the event' : fault.field;
  const phrase = `${subject} ${fault.problem}`;
  return fault.got === undefined ? phrase : `${phrase}, got ${describeValue(fault.got)}`;
}

/** A value found in a body, cut to a length that fits a line. */
function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
    return JSON.stringify(cut);
  }
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
