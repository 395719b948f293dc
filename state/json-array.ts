// Reads and writes JSON arrays element by element: a saved-backlog file may be larger than any string.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What still fits one string. */
const MAX_ELEMENT_BYTES = 256 * 1024 * 1024;
/** Far above what a backlog has, far below what exhausts a stack. */
const MAX_DEPTH = 64;

/** A text is not a JSON array in valid UTF-8; `message` says why. */
export class JsonArrayError extends Error {
  override readonly name = 'JsonArrayError';
}

/** The text of a JSON array with one element a line, in pieces; throws when an element cannot be written as JSON. */
export async function* formatJsonArray(
  items: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const item of items) {
    yield separator;
    yield JSON.stringify(item);
    separator = ',\n';
  }
  yield separator === ',\n' ? '\n]\n' : '[]\n';
}

/** The elements of a JSON array that comes in pieces of UTF-8; throws a JsonArrayError at the first fault. */
export async function* parseJsonArray(pieces: AsyncIterable<Buffer>): AsyncGenerator {
  const splitter = new ElementSplitter();
  for await (const piece of pieces) {
    for (const element of splitter.split(piece)) yield parseElement(element);
  }
  splitter.end();
}

/** Finds where the elements of the outermost array end; whether each is JSON is for JSON.parse to say. */
class ElementSplitter {
  #parts: Buffer[] = [];
  #length = 0;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #elements = 0;
  #isOver = false;

  *split(piece: Buffer): Generator<Buffer> {
    let start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      if (this.#isInText) {
        this.#continueText(byte);
      } else if (this.#depth === 0) {
        this.#takeOutside(byte);
        start = at + 1;
      } else if (byte === QUOTE) {
        this.#isInText = true;
      } else if (byte === OPENING_BRACKET || byte === OPENING_BRACE) {
        this.#depth += 1;
        if (this.#depth > MAX_DEPTH) throw new JsonArrayError('it is nested too deeply');
      } else if (this.#depth > 1) {
        if (isClosing(byte)) this.#depth -= 1;
      } else if (byte === COMMA) {
        yield this.#element(piece.subarray(start, at));
        start = at + 1;
      } else if (isClosing(byte)) {
        yield* this.#close(byte, piece.subarray(start, at));
        start = at + 1;
      }
    }
    if (this.#depth > 0) this.#keep(piece.subarray(start));
  }

  end(): void {
    if (!this.#isOver) throw new JsonArrayError('it ends before its array does');
  }

  #continueText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInText = false;
  }

  #takeOutside(byte: number): void {
    if (BLANKS.has(byte)) return;
    if (this.#isOver) throw new JsonArrayError('something follows its array');
    if (byte !== OPENING_BRACKET) throw new JsonArrayError('it is not an array');
    this.#depth = 1;
  }

  *#close(byte: number, rest: Buffer): Generator<Buffer> {
    if (byte !== CLOSING_BRACKET) throw new JsonArrayError('its array is not closed by a bracket');
    const last = this.#element(rest);
    this.#depth = 0;
    this.#isOver = true;
    if (this.#elements > 1 || last.some((each) => !BLANKS.has(each))) yield last;
  }

  #element(rest: Buffer): Buffer {
    this.#keep(rest);
    const element = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#elements += 1;
    return element;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > MAX_ELEMENT_BYTES) {
      throw new JsonArrayError('one of its elements is too large');
    }
    this.#parts.push(part);
  }
}

function isClosing(byte: number): boolean {
  return byte === CLOSING_BRACKET || byte === CLOSING_BRACE;
}

function parseElement(element: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(element));
  } catch (err) {
    throw new JsonArrayError('an element is not JSON in valid UTF-8', { cause: err });
  }
}
