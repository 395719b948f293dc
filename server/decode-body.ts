import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

/** Bytes, or why there are none: more than allowed, or not in that encoding. */
export type Decoded = Buffer | 'too large' | 'malformed';
type Done = (decoded: Decoded) => void;

type ZlibDone = (error: Error | null, result: Buffer) => void;
type Decompress = (bytes: Buffer, options: ZlibOptions, done: ZlibDone) => void;

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  [
    'br',
    (bytes, options, done) => {
      brotliDecompress(bytes, options, done);
    },
  ],
  [
    'deflate',
    (bytes, options, done) => {
      // some clients leave out the zlib header that RFC 9110 asks for
      (hasZlibHeader(bytes) ? inflate : inflateRaw)(bytes, options, done);
    },
  ],
]);

function hasZlibHeader(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  return ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

/** Whether a Content-Encoding other than none and `identity` is one that `createBodyDecoder` undoes (SPEC §11). */
export function isKnownEncoding(encoding: string): boolean {
  return DECOMPRESS.has(encoding);
}

/** Bytes in a content encoding, of which at most `maxBytes` may come. */
export interface EncodedBody {
  readonly bytes: Buffer;
  readonly encoding: string;
  readonly maxBytes: number;
}

/** Undoes a content encoding; stops when there is more than allowed. */
export interface BodyDecoder {
  decode(body: EncodedBody, done: Done): void;
}

/** A decoder that works on at most `parallel` bodies at a time, in zlib's threads; the others wait in their order. */
export function createBodyDecoder(parallel: number): BodyDecoder {
  const waiting: (() => void)[] = [];
  let running = 0;

  function decode(body: EncodedBody, done: Done): void {
    if (running >= parallel) {
      waiting.push(() => {
        decode(body, done);
      });
      return;
    }
    const decompress = DECOMPRESS.get(body.encoding);
    if (decompress === undefined) throw new Error('unknown encoding');
    running += 1;
    decompress(body.bytes, { maxOutputLength: body.maxBytes }, (error, result) => {
      running -= 1;
      waiting.shift()?.();
      done(error === null ? result : reasonOf(error));
    });
  }

  return { decode };
}

function reasonOf(error: Error): Decoded {
  const tooLarge = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  return tooLarge ? 'too large' : 'malformed';
}
