// A WebSocket client that does as little as can be, so that a thousand of them fit beside the server they measure: frames
// that came before, from whichever connection, are recognised by their bytes and never parsed again.
import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { constants, inflateRawSync } from 'node:zlib';
import { feedMessage } from '../../server/feed/feed-message.ts';
import { canonicalJson } from './feed-order.ts';

/** What a frame says, as far as it is looked at. */
export interface KnownFrame {
  readonly number: number;
  readonly kind: 'hello' | 'snapshot' | 'updates';
  readonly from: number;
  readonly to: number;
  /** The JSON of the alarm's record by its id. */
  readonly alarms: ReadonlyMap<string, string>;
}

/** Frames of all connections, each once. */
export class FrameLibrary {
  readonly #byDigest = new Map<string, KnownFrame>();
  readonly frames: KnownFrame[] = [];

  recognise(payload: Buffer, isCompressed: boolean): KnownFrame {
    const digest = createHash('md5').update(payload).digest('base64');
    const known = this.#byDigest.get(digest);
    if (known !== undefined) return known;
    const text = isCompressed ? inflate(payload) : payload;
    const message = feedMessage.parse(JSON.parse(text.toString()));
    const [from, to] =
      message.kind === 'hello' ? [0, message.sequence] : [message.from, message.to];
    const states =
      message.kind === 'snapshot'
        ? message.alarms
        : message.kind === 'updates'
          ? message.updates.flatMap((update) => (update.kind === 'alarm' ? [update.state] : []))
          : [];
    const alarms = new Map(states.map(({ alarm }) => [alarm.alarm_id, canonicalJson(alarm)]));
    const frame = { number: this.frames.length, kind: message.kind, from, to, alarms };
    this.frames.push(frame);
    this.#byDigest.set(digest, frame);
    return frame;
  }
}

/** A connection and what came of it. */
export interface FeedReading {
  readonly socket: Socket;
  /** Numbers of the frames in their order, hello left out. */
  readonly frames: number[];
  bytes: number;
  /** Messages that did not begin where the one before ended. */
  gaps: number;
  isClosed: boolean;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const FLUSH_TAIL = Buffer.from([0, 0, 0xff, 0xff]);

/**
 * Connects and reads for good, or, to be a burden, never reads what comes uncompressed; resolves once the server has
 * agreed.
 */
export function openFeedReading(
  port: number,
  library: FrameLibrary,
  reads = true,
): Promise<FeedReading> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const reading: FeedReading = { socket, frames: [], bytes: 0, gaps: 0, isClosed: false };
    let rest = Buffer.alloc(0);
    let isOpen = false;
    let last: number | undefined;
    const take = (payload: Buffer, isCompressed: boolean): void => {
      const frame = library.recognise(payload, isCompressed);
      if (frame.kind === 'hello') return;
      if (frame.kind === 'updates' && last !== undefined && frame.from !== last + 1)
        reading.gaps += 1;
      last = frame.to;
      reading.frames.push(frame.number);
    };
    socket.on('data', (chunk) => {
      reading.bytes += chunk.length;
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isOpen) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = rest.subarray(0, end).toString();
        if (!head.startsWith('HTTP/1.1 101')) {
          reject(new Error(head));
          return;
        }
        isOpen = true;
        rest = rest.subarray(end + 4);
        if (!reads) socket.pause();
        resolve(reading);
      }
      rest = readFrames(rest, socket, take);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reading.isClosed = true;
    });
    socket.write(handshake(port, reads));
  });
}

function handshake(port: number, deflates: boolean): string {
  const extension = 'permessage-deflate; client_no_context_takeover';
  return [
    'GET /alarms/ HTTP/1.1',
    `Host: 127.0.0.1:${String(port)}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(deflates ? [`Sec-WebSocket-Extensions: ${extension}`] : []),
    '',
    '',
  ].join('\r\n');
}

/** Handles the whole frames in `bytes`; answers what is left. */
function readFrames(
  bytes: Buffer,
  socket: Socket,
  take: (payload: Buffer, isCompressed: boolean) => void,
): Buffer<ArrayBuffer> {
  let at = 0;
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame === undefined) return Buffer.from(bytes.subarray(at));
    const payload = bytes.subarray(frame.start, frame.end);
    const head = bytes[at] ?? 0;
    at = frame.end;
    const opcode = head & 0x0f;
    if (opcode === TEXT) take(payload, (head & 0x40) !== 0);
    else if (opcode === PING) socket.write(pong(payload));
    else if (opcode === CLOSE) socket.end();
  }
}

function frameAt(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  if (bytes.length < at + 2) return undefined;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
  if (bytes.length < start) return undefined;
  const length =
    short < 126
      ? short
      : short === 126
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  return bytes.length < start + length ? undefined : { start, end: start + length };
}

/** Masked with zeros: masking is asked of clients, not that it hides anything. */
function pong(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

function inflate(payload: Buffer): Buffer {
  return inflateRawSync(Buffer.concat([payload, FLUSH_TAIL]), {
    finishFlush: constants.Z_SYNC_FLUSH,
  });
}
