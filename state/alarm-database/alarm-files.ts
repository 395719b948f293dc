// The alarm file with its rotated ones, and their lines.
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isMissing } from '../system-error.ts';
import type { FilePlace } from './change-batch.ts';

const NEWLINE = 0x0a;
const READ_BYTES = 1024 * 1024;

/** A file with lines, and where the ones begin that are wanted. */
export interface LinesFrom {
  readonly path: string;
  readonly start: number;
}

interface AlarmFile {
  readonly path: string;
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** How much of a file there is now; undefined when it does not exist. */
export async function readPlace(path: string): Promise<FilePlace | undefined> {
  try {
    const { dev, ino, size } = await stat(path, { bigint: true });
    return { file: `${String(dev)}:${String(ino)}`, bytes: Number(size) };
  } catch (err) {
    if (isMissing(err)) return undefined;
    throw err;
  }
}

/**
 * What has to be read of an alarm file and its rotated ones (`.1`, `-20251124`, also with `.gz`), oldest first, to have
 * all that came after the place; everything when the place is not given or its file has gone.
 */
export async function planAlarmFiles(
  path: string,
  place: FilePlace | undefined,
): Promise<LinesFrom[]> {
  const files = await listFiles(path);
  const whole = files.map((file) => ({ path: file.path, start: 0 }));
  const index = files.findIndex(({ file }) => file === place?.file);
  const found = files[index];
  if (place === undefined || found === undefined) return whole;
  if (found.bytes >= place.bytes && (await endsLine(found.path, place.bytes))) {
    return [{ path: found.path, start: place.bytes }, ...whole.slice(index + 1)];
  }
  // it was copied and cut back: the copy has what came before that
  return whole.slice(Math.max(0, index - 1));
}

/** As `planAlarmFiles`, for a file that nobody rotates. */
export async function planFile(path: string, place: FilePlace | undefined): Promise<LinesFrom[]> {
  const now = await readPlace(path);
  if (now === undefined) return [];
  const isLonger = now.file === place?.file && now.bytes >= place.bytes;
  return [{ path, start: isLonger ? place.bytes : 0 }];
}

/** The whole lines of a file from a place on, many at a time; a last one without a newline too, when it is a rotated file. */
export async function* readLines({ path, start }: LinesFrom): AsyncGenerator<string[]> {
  const isPacked = path.endsWith('.gz');
  const source = createReadStream(path, { start: isPacked ? 0 : start, highWaterMark: READ_BYTES });
  const chunks: AsyncIterable<Buffer> = isPacked ? unpack(source) : source;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = whole.lastIndexOf(NEWLINE);
    rest = whole.subarray(end + 1);
    if (end >= 0) yield whole.toString('utf8', 0, end).split('\n');
  }
  if (rest.length > 0) yield [rest.toString('utf8')];
}

function unpack(source: Readable): AsyncIterable<Buffer> {
  const unpacked = createGunzip();
  source.on('error', (err) => {
    unpacked.destroy(err);
  });
  return source.pipe(unpacked);
}

async function listFiles(path: string): Promise<AlarmFile[]> {
  const folder = dirname(path);
  const stem = basename(path);
  const names = await readdir(folder).catch((err: unknown) => {
    if (isMissing(err)) return [];
    throw err;
  });
  const files: AlarmFile[] = [];
  for (const name of names) {
    if (name !== stem && !ROTATED.test(name.slice(stem.length))) continue;
    if (!name.startsWith(stem)) continue;
    const own = join(folder, name);
    const found = await stat(own, { bigint: true });
    if (!found.isFile()) continue;
    const file = `${String(found.dev)}:${String(found.ino)}`;
    files.push({
      ...{ path: own, name: name.slice(stem.length), file },
      ...{ bytes: Number(found.size), modifiedMs: Number(found.mtimeMs) },
    });
  }
  return sortByAge(files);
}

const ROTATED = /^[.-]\d{1,14}([-.T_]?\d{1,9})*(\.gz)?$/;
const NUMBERED = /^\.(\d{1,5})(\.gz)?$/;

/** The file itself is the newest. Numbers count backwards, dates forwards; of both kinds the one that was written to last is newer. */
function sortByAge(files: readonly AlarmFile[]): AlarmFile[] {
  const current = files.filter(({ name }) => name === '');
  const numbered = files
    .filter(({ name }) => NUMBERED.test(name))
    .sort((left, right) => numberOf(right) - numberOf(left));
  const dated = files
    .filter(({ name }) => name !== '' && !NUMBERED.test(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const groups = [numbered, dated].sort((left, right) => newest(left) - newest(right));
  return [...groups.flat(), ...current];
}

function numberOf({ name }: AlarmFile): number {
  return Number(NUMBERED.exec(name)?.[1] ?? 0);
}

function newest(files: readonly AlarmFile[]): number {
  return Math.max(0, ...files.map(({ modifiedMs }) => modifiedMs));
}

/** Whether a line ends just before the place: else the file is another one than it was. */
async function endsLine(path: string, bytes: number): Promise<boolean> {
  if (bytes === 0) return true;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, bytes - 1);
    return bytesRead === 1 && buffer[0] === NEWLINE;
  } finally {
    await handle.close();
  }
}
