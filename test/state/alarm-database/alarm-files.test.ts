// The alarm file is rotated again and again while its rotated ones are looked for: no file is ever missed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import {
  FileGoneError,
  planAlarmFiles,
  readLines,
  readPlace,
  type LinesFrom,
} from '../../../state/alarm-database/alarm-files.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const FILES = 12;
const LOOKS = 100;
const LONGEST_PAUSE_MS = 60;

describe('looking for rotated alarm files', () => {
  it('finds every one while they are renamed, or one that is opened says that it is another', async () => {
    const path = makeFiles();
    const end = new AbortController();
    const rotating = rotateUntil(path, end.signal);
    const outcomes = { whole: 0, gone: 0 };
    for (let look = 0; look < LOOKS; look += 1) {
      const files = await planAlarmFiles(path, undefined);
      const lines = await readAll(files);
      if (lines === undefined) {
        outcomes.gone += 1;
        continue;
      }
      const contents = lines.filter((line) => line.startsWith('content'));
      assert.deepEqual(contents, contentsInOrder(contents), 'a file is missed, or out of order');
      outcomes.whole += 1;
    }
    end.abort();
    await rotating;
    assert.ok(outcomes.whole > 0 && outcomes.gone > 0, JSON.stringify(outcomes));
  });

  it('goes on in the file that was read when it has another name meanwhile', async () => {
    const path = makeFiles();
    const place = await readPlace(path);
    rotate(path, 0);
    const files = await planAlarmFiles(path, place);
    assert.deepEqual(
      files.map((file) => [basename(file.path), file.start]),
      [
        ['siem_alarms.json.1', place?.bytes],
        ['siem_alarms.json', 0],
      ],
    );
  });

  it('does not take a new file for the one that was read, though it has its inode and is as long', async () => {
    const path = makeFiles();
    const place = await readPlace(path);
    const lines = readFileSync(path);
    rmSync(path);
    writeFileSync(path, lines);
    const files = await planAlarmFiles(path, place);
    assert.equal(files.length, FILES + 1);
    assert.ok(files.every(({ start }) => start === 0));
  });

  it('takes a name that leads nowhere for none', async () => {
    const path = makeFiles();
    symlinkSync(join(path, 'nowhere'), `${path}.99`);
    assert.equal((await planAlarmFiles(path, undefined)).length, FILES + 1);
  });

  it('does not read another file under a name that was looked at', async () => {
    const path = makeFiles();
    const [oldest] = await planAlarmFiles(path, undefined);
    assert.ok(oldest !== undefined, 'nothing is found');
    rotate(path, 0);
    renameSync(`${path}.1`, oldest.path);
    await assert.rejects(readAll([oldest], false), FileGoneError);
    rmSync(oldest.path);
    await assert.rejects(readAll([oldest], false), FileGoneError);
  });
});

let contents = 0;

/** The alarm file and numbered ones, each with a line of its own that counts up with age. */
function makeFiles(): string {
  const path = join(makeTemporaryFolder('rotated'), 'siem_alarms.json');
  for (let number = FILES; number > 0; number -= 1) writeNext(`${path}.${String(number)}`);
  writeNext(path);
  return path;
}

function writeNext(path: string): void {
  contents += 1;
  writeFileSync(path, `content ${String(contents)}\n`);
}

/** As logrotate does; the oldest goes, and the file itself is missing for a while. */
function rotate(path: string, rotation: number): void {
  for (let number = FILES - 1; number > 0; number -= 1) {
    const own = `${path}.${String(number)}`;
    if (existsSync(own)) renameSync(own, `${path}.${String(number + 1)}`);
  }
  if (existsSync(path)) renameSync(path, `${path}.1`);
  if (rotation % 3 !== 1) writeNext(path);
}

/** Rotates after pauses of different length, in which a look gets more or less far. */
async function rotateUntil(path: string, signal: AbortSignal): Promise<void> {
  for (let rotation = 0; !signal.aborted; rotation += 1) {
    rotate(path, rotation);
    const next = performance.now() + (rotation % LONGEST_PAUSE_MS);
    do await new Promise((resolve) => setImmediate(resolve));
    while (performance.now() < next);
  }
}

/** Undefined when one of the files has gone; with `mayBeGone` false that is thrown. */
async function readAll(
  files: readonly LinesFrom[],
  mayBeGone = true,
): Promise<string[] | undefined> {
  const all: string[] = [];
  try {
    for (const file of files) for await (const lines of readLines(file)) all.push(...lines);
  } catch (err) {
    if (mayBeGone && err instanceof FileGoneError) return undefined;
    throw err;
  }
  return all;
}

/** The same number of contents up to the newest of them, without a gap. */
function contentsInOrder(lines: readonly string[]): string[] {
  const newest = Number(lines.at(-1)?.split(' ')[1] ?? 0);
  return lines.map((_, index) => `content ${String(newest - lines.length + 1 + index)}`);
}
