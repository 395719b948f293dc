// The alarm file with its rotated ones, and their lines.
import type { BigIntStats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isMissing } from '../system-error.ts';
import type { FilePlace } from './change-batch.ts';

const NEWLINE = 0x0a;
const READ_BYTES = 1024 * 1024;
/** More rotations than this while the files are listed are none. */
const MOST_LOOKS = 10;

/** A file with lines, and where the ones begin that are wanted. */
export interface LinesFrom {
  readonly path: string;
  /** Which file it was when it was looked at. */
  readonly file: string;
  readonly start: number;
}

/** A rotation has taken a file away since it was looked at, or put another one in its place. */
export class FileGoneError extends Error {
  override readonly name = 'FileGoneError';
}

interface AlarmFile {
  readonly path: string;
  /** What its name has after that of the alarm file; empty for this itself. */
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** How much of a file there is now; undefined when it does not exist. */
export async function readPlace(path: string): Promise<FilePlace | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return { file: identify(found), bytes: Number(found.size) };
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
  const whole = files.map(({ path: own, file }) => ({ path: own, file, start: 0 }));
  const index = files.findIndex(({ file }) => file === place?.file);
  const found = files[index];
  if (place === undefined || found === undefined) return whole;
  if (found.bytes >= place.bytes && (await endsLine(found, place.bytes))) {
    const { path: own, file } = found;
    return [{ path: own, file, start: place.bytes }, ...whole.slice(index + 1)];
  }
  // it was copied and cut back: the copy has what came before that
  return whole.slice(Math.max(0, index - 1));
}

/** As `planAlarmFiles`, for a file that nobody rotates. */
export async function planFile(path: string, place: FilePlace | undefined): Promise<LinesFrom[]> {
  const now = await readPlace(path);
  if (now === undefined) return [];
  const isLonger = now.file === place?.file && now.bytes >= place.bytes;
  return [{ path, file: now.file, start: isLonger ? place.bytes : 0 }];
}

/**
 * The whole lines of a file from a place on, many at a time; a last one without a newline too, when it is a rotated file.
 * Throws a FileGoneError or the system's error.
 */
export async function* readLines({ path, file, start }: LinesFrom): AsyncGenerator<string[]> {
  const isPacked = path.endsWith('.gz');
  const handle = await openSame(path, file);
  const source = handle.createReadStream({
    start: isPacked ? 0 : start,
    highWaterMark: READ_BYTES,
  });
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

/** Opens the file that was looked at: numbered ones change their names with a rotation. */
async function openSame(path: string, file: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (err) {
    throw isMissing(err) ? new FileGoneError(path, { cause: err }) : err;
  }
  const found = await handle.stat({ bigint: true });
  if (identify(found) === file) return handle;
  await handle.close();
  throw new FileGoneError(path);
}

/** The device and inode of a file. */
/** A file that is removed leaves its inode to the next one, but not the moment at which it began. */
function identify({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${String(dev)}:${String(ino)}:${String(birthtimeNs)}`;
}

function unpack(source: Readable): AsyncIterable<Buffer> {
  const unpacked = createGunzip();
  source.on('error', (err) => {
    unpacked.destroy(err);
  });
  unpacked.on('close', () => {
    source.destroy();
  });
  return source.pipe(unpacked);
}

/** A rotation while it looks can hide a file: two looks in a row have to see the same. A name that leads nowhere is none. */
async function listFiles(path: string): Promise<AlarmFile[]> {
  let before: string | undefined;
  for (let looksLeft = MOST_LOOKS - 1; ; looksLeft -= 1) {
    const names = await listNames(path);
    const found = await Promise.all(names.map((name) => lookAt(path, name)));
    const files = found.filter((file) => file !== undefined);
    const seen = JSON.stringify(files.map(({ name, file }) => [name, file]));
    if (seen === before || looksLeft === 0) return sortByAge(files);
    before = seen;
  }
}

/** The names of the file and its rotated ones. */
async function listNames(path: string): Promise<string[]> {
  const stem = basename(path);
  try {
    const names = await readdir(dirname(path));
    return names.filter(
      (name) => name.startsWith(stem) && (name === stem || ROTATED.test(name.slice(stem.length))),
    );
  } catch (err) {
    if (isMissing(err)) return [];
    throw err;
  }
}

async function lookAt(alarmFile: string, name: string): Promise<AlarmFile | undefined> {
  const path = join(dirname(alarmFile), name);
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return undefined;
    return {
      ...{ path, name: name.slice(basename(alarmFile).length), file: identify(found) },
      ...{ bytes: Number(found.size), modifiedMs: Number(found.mtimeMs) },
    };
  } catch (err) {
    if (isMissing(err)) return undefined;
    throw err;
  }
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
async function endsLine({ path, file }: AlarmFile, bytes: number): Promise<boolean> {
  if (bytes === 0) return true;
  const handle = await openSame(path, file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, bytes - 1);
    return bytesRead === 1 && buffer[0] === NEWLINE;
  } finally {
    await handle.close();
  }
}
