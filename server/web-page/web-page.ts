import type { Context } from 'koa';
import Router from 'koa-router';
import type { PageEncoding, PageFile } from './page-files.ts';

const HOME = '/ui/';
const INDEX = 'index.html';
const FOR_GOOD = 'public, max-age=31536000, immutable';
const ASK_FIRST = 'no-cache';
const NOT_BUILT =
  'The web page is not built. Build it with "npm run build" in the folder of the program, then start the engine again.\n';
const NO_FILE = 'The web page has no such file.\n';

/** The page at /ui/, to which / leads: its files by their paths, as `readPageFiles` gives them. */
export function webPageRoutes(files: ReadonlyMap<string, PageFile>): Router {
  const router = new Router();
  router.get('/', leadHome);
  router.get('/ui', async (ctx) => {
    if (ctx.path === HOME) await send(ctx, files, INDEX);
    else leadHome(ctx);
  });
  router.get('/ui/*path', (ctx) => send(ctx, files, ctx.path.slice(HOME.length)));
  return router;
}

function leadHome(ctx: Context): void {
  ctx.set('cache-control', ASK_FIRST);
  ctx.redirect(HOME);
}

async function send(
  ctx: Context,
  files: ReadonlyMap<string, PageFile>,
  name: string,
): Promise<void> {
  const file = files.get(name);
  if (file === undefined) {
    ctx.status = 404;
    ctx.type = 'text/plain';
    ctx.set('cache-control', 'no-store');
    ctx.body = files.has(INDEX) ? NO_FILE : NOT_BUILT;
    return;
  }
  const encoding = chooseEncoding(ctx, file);
  ctx.status = 200;
  ctx.type = file.type;
  ctx.vary('accept-encoding');
  ctx.set('cache-control', file.isHashed ? FOR_GOOD : ASK_FIRST);
  // Each encoding is another sequence of bytes, which a strong tag must tell apart.
  ctx.etag = `${file.sha256}-${encoding}`;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  if (encoding !== 'identity') ctx.set('content-encoding', encoding);
  ctx.body = await file.bytes(encoding);
}

/** The smallest that the browser takes; browsers themselves name gzip first. */
function chooseEncoding(ctx: Context, { encodings }: PageFile): PageEncoding {
  return encodings.find((encoding) => ctx.acceptsEncodings(encoding) === encoding) ?? 'identity';
}
