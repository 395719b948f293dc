// The built files of the page, read once: a request can only name one of them, and never reaches the file system.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** How a file can be sent. */
export type PageEncoding = 'br' | 'gzip' | 'identity';

/** A file of the page. */
export interface PageFile {
  /** Its ending with the dot: `.js`. */
  readonly type: string;
  /** The build gave it a name that no other content gets. */
  readonly isHashed: boolean;
  /** Of its content. */
  readonly sha256: string;
  readonly encodings: readonly PageEncoding[];
  /** Compressed when it is first asked for, then kept. */
  bytes(encoding: PageEncoding): Promise<Buffer>;
}

const HASHED_FOLDER = 'assets/';
const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json', '.webmanifest', '.txt']);
/** Better ones take ten times as long for a few hundred bytes. */
const BROTLI_QUALITY = 9;

/** The files below a folder by their paths with slashes; empty where there is no such folder. Rejects with the system's error. */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const path of await listFiles(folder)) {
    const name = relative(folder, path).split(sep).join('/');
    // Maps for debuggers would show the sources; the page works without.
    if (name.endsWith('.map')) continue;
    files.set(name, createPageFile(name, await readFile(path)));
  }
  return files;
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  } catch (err) {
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return [];
    throw err;
  }
}

function createPageFile(name: string, content: Buffer): PageFile {
  const type = /\.[a-z0-9]+$/i.exec(name)?.[0].toLowerCase() ?? '';
  const made = new Map<PageEncoding, Promise<Buffer>>([['identity', Promise.resolve(content)]]);
  return {
    type,
    isHashed: name.startsWith(HASHED_FOLDER),
    sha256: createHash('sha256').update(content).digest('base64url'),
    encodings: COMPRESSED.has(type) ? ['br', 'gzip', 'identity'] : ['identity'],
    bytes: (encoding) => {
      const known = made.get(encoding);
      if (known !== undefined) return known;
      const making = encoding === 'br' ? compressBrotli(content) : compressGzip(content);
      made.set(encoding, making);
      return making;
    },
  };
}

function compressBrotli(content: Buffer): Promise<Buffer> {
  return promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}

function compressGzip(content: Buffer): Promise<Buffer> {
  return promisify(gzip)(content, { level: 9 });
}
