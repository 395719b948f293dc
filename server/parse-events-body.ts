// What a body of POST /events holds, decided by its content and never by a content type (SPEC §11).
import { isAscii, isUtf8 } from 'node:buffer';
import { explainEvent, type EventFault } from '../core/event/explain-event.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import { parseEvent } from '../core/event/parse-event.ts';
import type { ErrorAnswer } from './error-answer.ts';
import { isDeepText, isDeepValue } from './json-depth.ts';

/** An event of a body that is not taken, and its position among all events of that body. */
export interface RejectedEvent {
  readonly index: number;
  readonly fault: EventFault;
}

/** The events of a body in their order. */
export interface EventsBody {
  readonly kind: 'events';
  readonly events: readonly NormalizedEvent[];
  readonly rejected: readonly RejectedEvent[];
  /** The body when it is one JSON value of which all was taken: an event, or an array of them. */
  readonly json: Buffer | undefined;
}

/** A body of which nothing can be taken. */
export interface UnreadableBody {
  readonly kind: 'unreadable';
  readonly answer: ErrorAnswer & { readonly status: 400 | 413 };
}

/** More values than this cannot all be events: the smallest one takes 140 bytes, and a body 16 MiB. */
const MOST_VALUES = 131_072;

const MALFORMED_EVENT: EventFault = { status: 400, field: '', problem: 'must be valid JSON' };
const NOTHING: readonly never[] = [];

const MALFORMED = unreadable(400, 'malformed_json', 'the body is no valid JSON');
const NOT_UTF8 = unreadable(400, 'invalid_utf8', 'the body is no valid UTF-8');
const TOO_DEEP = unreadable(400, 'too_deep', 'the body nests more than 64 levels deep');
const TOO_MANY = unreadable(413, 'too_many_events', 'the body holds more than 131072 events');

/** Reads one event, an array of events, or one event a line. */
export function parseEventsBody(body: Buffer): EventsBody | UnreadableBody {
  const text = decodeText(body);
  if (text === undefined) return NOT_UTF8;
  if (isDeepText(text)) return TOO_DEEP;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return parseLines(text);
  }
  return parseValues(Array.isArray(value) ? value : [value], body);
}

function decodeText(body: Buffer): string | undefined {
  if (isAscii(body)) return body.toString('latin1');
  return isUtf8(body) ? body.toString('utf8') : undefined;
}

function parseValues(values: readonly unknown[], json?: Buffer): EventsBody | UnreadableBody {
  if (values.length > MOST_VALUES) return TOO_MANY;
  const events: NormalizedEvent[] = [];
  let rejected: RejectedEvent[] | undefined;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (isDeepValue(value)) return TOO_DEEP;
    const event = parseEvent(value);
    if (event === undefined) {
      rejected ??= [];
      rejected.push({ index, fault: explainEvent(value) ?? MALFORMED_EVENT });
    } else {
      events.push(event);
    }
  }
  if (rejected === undefined) return { kind: 'events', events, rejected: NOTHING, json };
  return { kind: 'events', events, rejected, json: undefined };
}

/** One event a line: at least two lines, the first of which looks like an object by itself, as no line of a broken array does. */
function parseLines(text: string): EventsBody | UnreadableBody {
  const values: unknown[] = [];
  const malformed = new Set<number>();
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line === '') continue;
    if (values.length === 0 && !looksLikeObject(line)) return MALFORMED;
    if (values.length === MOST_VALUES) return TOO_MANY;
    const value = parseLine(line);
    if (value === undefined) malformed.add(values.length);
    values.push(value);
  }
  if (values.length < 2) return MALFORMED;
  const parsed = parseValues(values);
  if (parsed.kind === 'unreadable' || malformed.size === 0) return parsed;
  const rejected = parsed.rejected.map((entry) =>
    malformed.has(entry.index) ? { index: entry.index, fault: MALFORMED_EVENT } : entry,
  );
  return { ...parsed, rejected };
}

function looksLikeObject(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}

/** The value of a line, undefined when it is malformed. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function unreadable(status: 400 | 413, code: string, message: string): UnreadableBody {
  return { kind: 'unreadable', answer: { status, code, message } };
}
