import { writeSharedMessage, type SharedHeader } from './shared-message.ts';
import { EVENTS_SUBJECT, SHARED_SUBJECT } from './subjects.ts';

/** A message to be published. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly text: string;
  /** Whose they are and their numbers; undefined where messages have none. */
  readonly header: SharedHeader | undefined;
}

export interface PackRules {
  /** Whose events they are and the number of the first, where several may share a message. */
  readonly shared:
    { readonly node: string; readonly epoch: string; readonly first: number } | undefined;
  /** Bytes that the events of one message may take. */
  readonly maxBytes: number;
}

/** Larger messages save nothing and let others wait. */
const MOST_EVENTS = 500;
const MOST_BYTES = 262_144;

/** Puts texts of `writeWireEvent` into messages, in their order: one each on `dsiem_events`, or as many as fit on our own subject. */
export function packMessages(texts: readonly string[], rules: PackRules): OutgoingMessage[] {
  const { shared } = rules;
  if (shared === undefined) {
    return texts.map((text) => ({ subject: EVENTS_SUBJECT, text, header: undefined }));
  }
  const messages: OutgoingMessage[] = [];
  let first = shared.first;
  for (const events of split(texts, Math.min(MOST_BYTES, rules.maxBytes))) {
    const header = { ...shared, first, count: events.length, isVoid: false };
    const text = writeSharedMessage(header, events);
    messages.push({ subject: SHARED_SUBJECT, text, header });
    first += events.length;
  }
  return messages;
}

/** A text above the bound gets a message of its own. */
function* split(texts: readonly string[], maxBytes: number): Generator<string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const more = Buffer.byteLength(text) + 1;
    if (part.length > 0 && (part.length === MOST_EVENTS || bytes + more > maxBytes)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(text);
    bytes += more;
  }
  if (part.length > 0) yield part;
}

/** What takes the numbers of a message whose events were refused after all; undefined where it has none. */
export function voidMessage({ header }: OutgoingMessage): string | undefined {
  return header === undefined ? undefined : writeSharedMessage({ ...header, isVoid: true }, []);
}
