const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const ZERO = 48;
const STATUS_AT = 9;

/** Finds the ends of HTTP/1.1 responses with a Content-Length in what a connection receives. */
export interface ResponseScanner {
  /** The status of the response that the first `length` bytes complete, or 0 while it is incomplete; one request is open at a time. */
  scan(received: Uint8Array, length: number): number;
}

/** A scanner for one connection. Throws on a response without a length. */
export function createResponseScanner(): ResponseScanner {
  let pending: Buffer | null = null;
  let usualLength = 0;
  const scan = (received: Uint8Array, length: number): number => {
    // As long as the last answer: the same but for its date and, perhaps, its status.
    if (pending === null && length === usualLength) return readStatus(received);
    const chunk = Buffer.from(received.subarray(0, length));
    const bytes: Buffer = pending === null ? chunk : Buffer.concat([pending, chunk]);
    const whole = findLength(bytes);
    pending = whole === null || bytes.length < whole ? bytes : null;
    if (pending !== null) return 0;
    usualLength = bytes.length;
    return readStatus(bytes);
  };
  return { scan };
}

function readStatus(bytes: Uint8Array): number {
  const digit = (position: number): number => (bytes[STATUS_AT + position] ?? ZERO) - ZERO;
  return digit(0) * 100 + digit(1) * 10 + digit(2);
}

function findLength(bytes: Buffer): number | null {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const length = CONTENT_LENGTH.exec(head)?.[1];
  if (length === undefined) throw new Error(`a response without Content-Length:\n${head}`);
  return end + HEAD_END.length + Number(length);
}
