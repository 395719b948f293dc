// Answers under /api are sent compressed to who takes it: 200 alarms of a list are some 300 kB of JSON that repeats itself.
import { Readable } from 'node:stream';
import { constants } from 'node:zlib';
import compress from 'koa-compress';
import type { Context, Middleware } from 'koa';

const PREFIX = '/api/';
/** Less fits a packet or two anyway. */
const FROM_BYTES = 2048;
/** Higher ones cost twice the time for a few per cent. */
const BROTLI_QUALITY = 3;
const GZIP_LEVEL = 4;

/**
 * Compresses what is below /api and is there as a whole. Streams go as they are, since lines would wait in the
 * compressor, and so does what has a strong ETag, which is of these bytes and no others (RFC 9110, 8.8.1).
 */
export function compressAnswers(): Middleware {
  const middleware = compress({
    threshold: FROM_BYTES,
    ...{ zstd: false, deflate: false },
    gzip: { level: GZIP_LEVEL },
    br: (_type, size) => ({
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: size,
      },
    }),
  });
  return async (ctx, next) => {
    if (!ctx.path.startsWith(PREFIX)) {
      await next();
      return;
    }
    await middleware(ctx, async () => {
      await next();
      if (!isWhole(ctx)) ctx.compress = false;
      else if (ctx.method === 'HEAD' && takesCompressed(ctx)) hideLength(ctx);
    });
  };
}

function isWhole({ body, res }: Context): boolean {
  return !(body instanceof Readable) && !res.hasHeader('etag');
}

function takesCompressed(ctx: Context): boolean {
  return ctx.length >= FROM_BYTES && ctx.acceptsEncodings('br', 'gzip', 'identity') !== 'identity';
}

/** HEAD must not tell another length than GET would, which tells none of what is compressed while it is sent. */
function hideLength(ctx: Context): void {
  ctx.body = Readable.from([]);
}
