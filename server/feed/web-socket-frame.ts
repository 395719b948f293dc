// One text as the bytes of a WebSocket message, made once for all clients that get it. The library would frame, and
// compress, it once for each of them.
import { constants, deflateRawSync } from 'node:zlib';

const FINAL_TEXT = 0x81;
const COMPRESSED = 0x40;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;
/** What a flush appends and RFC 7692 leaves out. */
const FLUSH_BYTES = 4;
/** Compressing less gains nothing. */
const LEAST_COMPRESSED = 512;

/** A message ready to be written to sockets. */
export interface WebSocketFrame {
  readonly plain: () => Buffer;
  /** For connections that agreed on permessage-deflate without a context of the server's that is taken over. */
  readonly deflated: () => Buffer;
}

/** Frames a text; each form is made when it is first asked for. */
export function createFrame(text: string): WebSocketFrame {
  const bytes = Buffer.from(text);
  let plain: Buffer | undefined;
  let deflated: Buffer | undefined;
  const getPlain = (): Buffer => (plain ??= frame(FINAL_TEXT, bytes));
  return {
    plain: getPlain,
    deflated: () => {
      if (bytes.length < LEAST_COMPRESSED) return getPlain();
      return (deflated ??= frame(FINAL_TEXT | COMPRESSED, deflate(bytes)));
    },
  };
}

function deflate(bytes: Buffer): Buffer {
  const whole = deflateRawSync(bytes, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
  return whole.subarray(0, -FLUSH_BYTES);
}

function frame(head: number, payload: Buffer): Buffer {
  const { length } = payload;
  const start = Buffer.alloc(length < TWO_BYTE_LENGTH ? 2 : length < 0x10000 ? 4 : 10);
  start[0] = head;
  if (start.length === 2) {
    start[1] = length;
  } else if (start.length === 4) {
    start[1] = TWO_BYTE_LENGTH;
    start.writeUInt16BE(length, 2);
  } else {
    start[1] = EIGHT_BYTE_LENGTH;
    start.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([start, payload]);
}
