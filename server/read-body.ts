// Reads request bodies within limits of size, time and memory. A body that arrives in one piece, as nearly all do, costs
// one listener and neither a promise nor a timer: one interval looks after all bodies that are still on their way.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  ABORTED,
  MALFORMED_ENCODING,
  TOO_LARGE,
  TOO_MANY_BODIES,
  TOO_SLOW,
  UNKNOWN_ENCODING,
  type BodyFault,
} from './body-faults.ts';
import type { Clock } from './clock.ts';
import { createBodyDecoder, isKnownEncoding, type Decoded } from './decode-body.ts';
import type { ServerLimits } from './server-limits.ts';

export type BodyDone = (body: Buffer | BodyFault) => void;

/** A request whose body is wanted. */
export interface BodyRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The most bytes, after decompression too. */
  readonly maxBytes: number;
}

export interface BodyReader {
  /** Calls `done` once, perhaps before it returns, with the decoded bytes or with why there are none. */
  read(wanted: BodyRequest, done: BodyDone): void;
  /** Ends the reading on this connection, if there is one, with the fault; says whether there was one. */
  fail(socket: Duplex, fault: BodyFault): boolean;
  close(): void;
}

type ReaderLimits = Pick<
  ServerLimits,
  'bodyMs' | 'bodyProgressMs' | 'bodyProgressBytes' | 'bufferedBytes' | 'decodings'
>;

/** A body on its way, in the list of all of them. */
interface Reading {
  readonly request: IncomingMessage;
  readonly done: BodyDone;
  readonly maxBytes: number;
  readonly encoding: string;
  readonly deadlineMs: number;
  progressDueMs: number;
  bytes: number;
  bytesAtProgress: number;
  chunks: Buffer[] | undefined;
  isOpen: boolean;
  previous: Reading | undefined;
  next: Reading | undefined;
}

const NO_BYTES = Buffer.alloc(0);

/** A reader of request bodies; its interval does not keep the process alive, and ends with `close`. */
export function createBodyReader(limits: ReaderLimits, clock: Clock): BodyReader {
  const decoder = createBodyDecoder(limits.decodings);
  const sweepMs = Math.max(10, Math.min(limits.bodyMs, limits.bodyProgressMs) / 10);
  const sweep = setInterval(endHopeless, sweepMs).unref();
  // a list through the readings themselves: a Set would cost every request a hash and an allocation
  let first: Reading | undefined;
  let buffered = 0;
  /** The moment of the last sweep: exact enough for limits of many sweeps, and free. */
  let coarseMs = clock.monotonicMs();

  function read({ request, response, maxBytes }: BodyRequest, done: BodyDone): void {
    const { headers } = request;
    const encoding = encodingOf(headers['content-encoding']);
    const length = headers['content-length'];
    const declaredBytes = length === undefined ? NaN : Number(length);
    if (encoding === undefined || declaredBytes > maxBytes) {
      done(encoding === undefined ? UNKNOWN_ENCODING : TOO_LARGE);
      return;
    }
    if (headers.expect !== undefined) response.writeContinue();
    const reading: Reading = {
      request,
      done,
      maxBytes,
      encoding,
      deadlineMs: coarseMs + sweepMs + limits.bodyMs,
      progressDueMs: coarseMs + sweepMs + limits.bodyProgressMs,
      bytes: 0,
      bytesAtProgress: 0,
      chunks: undefined,
      isOpen: true,
      previous: undefined,
      next: first,
    };
    if (first !== undefined) first.previous = reading;
    first = reading;
    request.on('data', (chunk: Buffer) => {
      if (!reading.isOpen) return;
      if (chunk.length === declaredBytes) finish(reading, chunk);
      else if (addChunk(reading, chunk) === declaredBytes) finish(reading, joined(reading));
    });
    if (declaredBytes > 0) return;
    request.on('end', () => {
      if (reading.isOpen) finish(reading, joined(reading));
    });
  }

  /** Keeps a part of a body; the bytes of it so far. */
  function addChunk(reading: Reading, chunk: Buffer): number {
    reading.chunks ??= [];
    reading.chunks.push(chunk);
    reading.bytes += chunk.length;
    buffered += chunk.length;
    if (reading.bytes > reading.maxBytes) settle(reading, TOO_LARGE);
    else if (buffered > limits.bufferedBytes) settle(reading, TOO_MANY_BODIES);
    return reading.bytes;
  }

  function finish(reading: Reading, bytes: Buffer): void {
    const { encoding, maxBytes, done } = reading;
    if (encoding === '') {
      settle(reading, bytes);
      return;
    }
    unlink(reading);
    decoder.decode({ bytes, encoding, maxBytes }, (decoded) => {
      buffered -= reading.bytes;
      done(bodyOf(decoded));
    });
  }

  function settle(reading: Reading, body: Buffer | BodyFault): void {
    unlink(reading);
    buffered -= reading.bytes;
    reading.done(body);
  }

  function unlink(reading: Reading): void {
    const { previous, next } = reading;
    if (previous === undefined) first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    reading.isOpen = false;
    reading.previous = undefined;
    reading.next = undefined;
  }

  function endHopeless(): void {
    coarseMs = clock.monotonicMs();
    let reading = first;
    while (reading !== undefined) {
      const { next } = reading;
      if (reading.request.destroyed) settle(reading, ABORTED);
      else if (coarseMs >= reading.deadlineMs) settle(reading, TOO_SLOW);
      else if (coarseMs >= reading.progressDueMs) checkProgress(reading);
      reading = next;
    }
  }

  function checkProgress(reading: Reading): void {
    const progress = reading.bytes - reading.bytesAtProgress;
    reading.progressDueMs = coarseMs + limits.bodyProgressMs;
    reading.bytesAtProgress = reading.bytes;
    if (progress < limits.bodyProgressBytes) settle(reading, TOO_SLOW);
  }

  return {
    read,
    fail: (socket, fault) => {
      for (let reading = first; reading !== undefined; reading = reading.next) {
        if (reading.request.socket !== socket) continue;
        settle(reading, fault);
        return true;
      }
      return false;
    },
    close: () => {
      clearInterval(sweep);
    },
  };
}

function joined({ chunks = [] }: Reading): Buffer {
  return chunks.length === 1 ? (chunks[0] ?? NO_BYTES) : Buffer.concat(chunks);
}

/** '' for none, undefined for one that is not known. */
function encodingOf(header: string | undefined): string | undefined {
  if (header === undefined) return '';
  const encoding = header.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return '';
  return isKnownEncoding(encoding) ? encoding : undefined;
}

function bodyOf(decoded: Decoded): Buffer | BodyFault {
  if (decoded === 'too large') return TOO_LARGE;
  return decoded === 'malformed' ? MALFORMED_ENCODING : decoded;
}
