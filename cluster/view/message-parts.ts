// A text that is larger than a message of NATS may be goes in several: a line of JSON that says which part it is, then the
// bytes.
import { z } from 'zod';

/** A text that came whole, and the id it was sent with. */
export interface WholeText {
  readonly id: string;
  readonly text: string;
}

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_PARTS = 65_536;
const MOST_UNFINISHED = 1000;
const LARGEST_PART = 256 * 1024;
const HEADER_BYTES = 256;
const LINE_END = 10;

const headerShape = z.object({
  id: z.string().min(1).max(120),
  part: z.int().min(0),
  parts: z.int().min(1).max(MOST_PARTS),
});

/** The messages of a text, each of `maxPayload` bytes at most; undefined when it is larger than can be taken. */
export function splitIntoParts(id: string, text: string, maxPayload: number): Buffer[] | undefined {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > MOST_BYTES) return undefined;
  const room = Math.min(LARGEST_PART, maxPayload - HEADER_BYTES);
  if (room < 1) return undefined;
  const parts = Math.max(1, Math.ceil(bytes.length / room));
  if (parts > MOST_PARTS) return undefined;
  return Array.from({ length: parts }, (_, part) => {
    const header = Buffer.from(`${JSON.stringify({ id, part, parts })}\n`);
    return Buffer.concat([header, bytes.subarray(part * room, (part + 1) * room)]);
  });
}

interface Unfinished {
  readonly chunks: (Uint8Array | undefined)[];
  readonly sinceMs: number;
  missing: number;
  bytes: number;
}

/** Puts parts together again, in whatever order they come; what stays unfinished is forgotten. */
export class PartAssembler {
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #keepMs: number;
  readonly #monotonicMs: () => number;

  constructor(keepMs: number, monotonicMs: () => number = () => performance.now()) {
    this.#keepMs = keepMs;
    this.#monotonicMs = monotonicMs;
  }

  /** Takes a message in; the text when it was the last of its parts. */
  take(data: Uint8Array): WholeText | undefined {
    const end = data.indexOf(LINE_END);
    if (end < 0 || end > HEADER_BYTES) return undefined;
    const header = readHeader(data.subarray(0, end));
    if (header === undefined || header.part >= header.parts) return undefined;
    const { id, part, parts } = header;
    const chunk = data.subarray(end + 1);
    if (parts === 1) return { id, text: Buffer.from(chunk).toString('utf8') };
    const unfinished = this.#unfinished.get(id) ?? this.#begin(id, parts);
    if (unfinished.chunks.length !== parts || unfinished.chunks[part] !== undefined)
      return undefined;
    unfinished.chunks[part] = chunk;
    unfinished.missing -= 1;
    unfinished.bytes += chunk.length;
    if (unfinished.bytes > MOST_BYTES) this.#unfinished.delete(id);
    else if (unfinished.missing === 0) return this.#finish(id, unfinished);
    return undefined;
  }

  /** Forgets what came of a text. */
  forget(id: string): void {
    this.#unfinished.delete(id);
  }

  #begin(id: string, parts: number): Unfinished {
    const nowMs = this.#monotonicMs();
    for (const [known, { sinceMs }] of this.#unfinished) {
      const isOver = this.#unfinished.size >= MOST_UNFINISHED || nowMs - sinceMs > this.#keepMs;
      if (!isOver) break;
      this.#unfinished.delete(known);
    }
    const chunks = Array.from({ length: parts }, () => undefined);
    const unfinished: Unfinished = { chunks, sinceMs: nowMs, missing: parts, bytes: 0 };
    this.#unfinished.set(id, unfinished);
    return unfinished;
  }

  #finish(id: string, { chunks }: Unfinished): WholeText {
    this.#unfinished.delete(id);
    const bytes = Buffer.concat(chunks.filter((chunk) => chunk !== undefined));
    return { id, text: bytes.toString('utf8') };
  }
}

function readHeader(line: Uint8Array): z.infer<typeof headerShape> | undefined {
  const value = parseJson(Buffer.from(line).toString('utf8'));
  const { success, data } = headerShape.safeParse(value);
  return success ? data : undefined;
}

/** The value of a JSON text; undefined for another one. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
