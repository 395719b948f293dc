/** Where an entry of a list stands in a text: from `start` up to before `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * The places of the entries of the list `key` of a valid JSON document, whose value is an object. It only counts
 * brackets, which is why it is quick enough to be asked about a file of tens of megabytes.
 */
export function findItemSpans(text: string, key: string): readonly Span[] {
  let found: readonly Span[] = [];
  let position = text.indexOf('{') + 1;
  for (;;) {
    const nameStart = text.indexOf('"', position);
    if (nameStart < 0) return found;
    const nameEnd = endOfText(text, nameStart);
    const valueStart = skipBlanks(text, text.indexOf(':', nameEnd) + 1);
    const { spans, end } = readValue(text, valueStart);
    // As in JSON.parse, the last of several equal keys counts.
    if (isKey(text.slice(nameStart, nameEnd), key)) found = spans;
    position = skipBlanks(text, end);
    if (text.charCodeAt(position) !== COMMA) return found;
  }
}

/** The line of a place in a text, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (
    let next = text.indexOf('\n');
    next >= 0 && next < offset;
    next = text.indexOf('\n', next + 1)
  )
    line += 1;
  return line;
}

/** The end of the value at `start`, and the places of its entries when it is a list. */
function readValue(text: string, start: number): { spans: readonly Span[]; end: number } {
  const spans: Span[] = [];
  const isList = text[start] === '[';
  let depth = 0;
  let itemStart = start + 1;
  let position = start;
  const closeItem = (end: number): void => {
    const from = skipBlanks(text, itemStart);
    let to = end;
    while (to > from && BLANKS.has(text.charCodeAt(to - 1))) to -= 1;
    if (isList && to > from) spans.push({ start: from, end: to });
    itemStart = end + 1;
  };
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      position = endOfText(text, position);
      continue;
    }
    if (code === 0x5b || code === 0x7b) depth += 1;
    if (code === COMMA && depth === 1) closeItem(position);
    if (code === 0x5d || code === 0x7d) {
      if (depth === 0) return { spans, end: position };
      depth -= 1;
      if (depth === 0) {
        closeItem(position);
        return { spans, end: position + 1 };
      }
    }
    if (code === COMMA && depth === 0) return { spans, end: position };
    position += 1;
  }
  return { spans, end: position };
}

/** The place after the text in quotes that begins at `start`. */
function endOfText(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && text.charCodeAt(position) !== QUOTE) {
    position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  }
  return position + 1;
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (BLANKS.has(text.charCodeAt(position))) position += 1;
  return position;
}

/** Whether a quoted name means the key, with whatever escapes it is written. */
function isKey(quoted: string, key: string): boolean {
  return quoted === JSON.stringify(key) || (quoted.includes('\\') && JSON.parse(quoted) === key);
}
