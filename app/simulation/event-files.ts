// Reads events from files of any size, piece by piece: one a line, a JSON array, or one document; gzip or not.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseJsonArray } from '../../state/json-array.ts';

/** An event as it was read, or why there is none at its place. */
export interface ReadEvent {
  /** `file:7` for a line, `file: event 3` in an array. */
  readonly place: string;
  /** Its JSON; undefined when it has none. */
  readonly text: string | undefined;
  /** The parsed value. */
  readonly value: unknown;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const OPENING_BRACKET = 0x5b;
const NEWLINE = 0x0a;
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** An event is not larger; a file that goes on for longer without one is none of events. */
const LONGEST_DOCUMENT = 16 * 1024 * 1024;

/**
 * The events of a file in their order, `-` for standard input; `onBytes` is told how much of the file was read. Throws
 * what the file system, gunzip or the reader of arrays throws.
 */
export async function* readEventFile(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<ReadEvent> {
  const name = path === '-' ? 'standard input' : path;
  const raw = count(path === '-' ? process.stdin : createReadStream(path), onBytes);
  const magic = await peek(raw, GZIP_MAGIC.length);
  const packed = prepend(magic, raw);
  const isGzip = magic.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
  const { first, text } = await peekText(isGzip ? gunzip(packed) : packed);
  if (first === OPENING_BRACKET) yield* readArray(text, name);
  else yield* readLines(text, name);
}

async function* count(
  stream: AsyncIterable<unknown>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    onBytes(piece.length);
    yield piece;
  }
}

function gunzip(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const unzipped = createGunzip();
  // its error is what reading `unzipped` throws
  pipeline(Readable.from(pieces), unzipped, () => undefined);
  return count(unzipped, () => undefined);
}

/** The first bytes, at least as many as asked for if there are so many. */
async function peek(pieces: AsyncGenerator<Buffer>, bytes: number): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < bytes) {
    const next = await pieces.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

/** The text without a byte order mark, and its first byte that is no blank. */
async function peekText(
  pieces: AsyncGenerator<Buffer>,
): Promise<{ readonly first: number | undefined; readonly text: AsyncGenerator<Buffer> }> {
  const start = await peek(pieces, BYTE_ORDER_MARK.length);
  const hasMark = start.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  let piece = hasMark ? start.subarray(BYTE_ORDER_MARK.length) : start;
  let blankLines = '';
  for (;;) {
    const first = piece.find((byte) => !BLANKS.has(byte));
    if (first !== undefined) {
      const head = Buffer.concat([Buffer.from(blankLines), piece]);
      return { first, text: prepend(head, pieces) };
    }
    // lines are counted, whatever is on them
    blankLines += '\n'.repeat(piece.filter((byte) => byte === NEWLINE).length);
    const next = await pieces.next();
    if (next.done === true) return { first: undefined, text: pieces };
    piece = next.value;
  }
}

async function* prepend(first: Buffer, others: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* others;
}

async function* readArray(pieces: AsyncIterable<Buffer>, name: string): AsyncGenerator<ReadEvent> {
  let index = 0;
  for await (const value of parseJsonArray(pieces)) {
    index += 1;
    yield { place: `${name}: event ${String(index)}`, text: JSON.stringify(value), value };
  }
}

/** An event a line; one that begins with a line `{` goes on to a line `}`, as jq and JSON.stringify indent it. */
async function* readLines(pieces: AsyncIterable<Buffer>, name: string): AsyncGenerator<ReadEvent> {
  const lines = createInterface({ input: Readable.from(pieces), crlfDelay: Infinity });
  let number = 0;
  let startedAt = 0;
  let indented = '';
  for await (const written of lines) {
    number += 1;
    if (indented === '') startedAt = number;
    const isInside = indented !== '' || written.trimEnd() === '{';
    const text = isInside ? `${indented}${written}\n` : written.trim();
    indented = isInside && written.trimEnd() !== '}' ? text : '';
    if (text === '') continue;
    if (indented === '' || indented.length > LONGEST_DOCUMENT) {
      yield readText(text, `${name}:${String(startedAt)}`);
      indented = '';
    }
  }
  if (indented !== '') yield readText(indented, `${name}:${String(startedAt)}`);
}

function readText(text: string, place: string): ReadEvent {
  const value = parse(text);
  return { place, value, text: value === undefined ? undefined : text };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
