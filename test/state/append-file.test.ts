import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { LineCounts } from '../../core/ledger/ledger.ts';
import { createAppendFile, type AppendFile } from '../../state/append-file.ts';
import { createCapturedLog, type CapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';

interface Fixture {
  readonly folder: string;
  readonly path: string;
  readonly counts: LineCounts;
  readonly captured: CapturedLog;
  readonly open: () => Promise<AppendFile>;
}

function makeFixture(t: TestContext): Fixture {
  const folder = makeTemporaryFolder('append');
  t.after(() => {
    removeFolder(folder);
  });
  const path = join(folder, 'alarms.json');
  const counts = { decided: 0, written: 0, waiting: 0, lost: 0 };
  const captured = createCapturedLog();
  const open = (): Promise<AppendFile> =>
    createAppendFile({ path, log: captured.log, counts, retryMs: 5 });
  return { folder, path, counts, captured, open };
}

/** A line that shows when it is torn: its length is part of it. */
function numberedLine(number: number): string {
  const filling = 'x'.repeat((number * 37) % 300);
  return `${JSON.stringify({ number, filling, length: filling.length })}\n`;
}

/** The numbers of all lines of these texts; fails at a torn line. */
function readNumbers(texts: readonly string[]): number[] {
  return texts.flatMap((text) => {
    assert.ok(text === '' || text.endsWith('\n'), 'a file ends in the middle of a line');
    return text.split('\n').slice(0, -1).map(readNumber);
  });
}

function readNumber(line: string): number {
  const found: unknown = JSON.parse(line);
  assert.ok(typeof found === 'object' && found !== null && 'number' in found);
  assert.equal(`${line}\n`, numberedLine(Number(found.number)));
  return Number(found.number);
}

function numbersBelow(end: number): number[] {
  return Array.from({ length: end }, (_, number) => number);
}

const LINES = 3000;
const ROTATE_EVERY = 100;

/** Appends LINES lines, one a turn, and calls `rotate` while writes are under way, whenever the file has grown again. */
async function appendWhile(
  file: AppendFile,
  path: string,
  rotate: (round: number) => void,
): Promise<number> {
  let rotations = 0;
  for (let number = 0; number < LINES; number += 1) {
    file.append(numberedLine(number), 1);
    await new Promise(setImmediate);
    if (number < rotations * ROTATE_EVERY) continue;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || found.size === 0) continue;
    rotations += 1;
    rotate(rotations);
  }
  await file.close();
  return rotations;
}

describe('an append file', () => {
  it('exists from the start and holds what was appended, in order', async (t) => {
    const { path, counts, open } = makeFixture(t);
    const file = await open();
    assert.equal(readFileSync(path, 'utf8'), '');
    file.append('a\n', 1);
    file.append('b\nc\n', 2);
    assert.deepEqual(counts, { decided: 3, written: 0, waiting: 3, lost: 0 });
    await file.flushed();
    file.append('ü\n', 1);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), 'a\nb\nc\nü\n');
    assert.deepEqual(counts, { decided: 4, written: 4, waiting: 0, lost: 0 });
  });

  it('calls back once for each append, when its lines can be read', async (t) => {
    const { path, open } = makeFixture(t);
    const file = await open();
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      file.append(`${name}\n`, 1, () => {
        assert.ok(readFileSync(path, 'utf8').includes(`${name}\n`));
        seen.push(name);
      });
    }
    await file.close();
    assert.deepEqual(seen, ['a', 'b', 'c']);
  });

  it('goes on when a callback throws', async (t) => {
    const { captured, open } = makeFixture(t);
    const file = await open();
    let called = 0;
    file.append('a\n', 1, () => {
      throw new Error('no');
    });
    file.append('b\n', 1, () => (called += 1));
    await file.close();
    assert.equal(called, 1);
    assert.equal(captured.find('a report of written lines failed').length, 1);
  });

  it('tells the age of the oldest waiting line', async (t) => {
    const file = await makeFixture(t).open();
    assert.equal(file.flushLagMs(), 0);
    file.append('a\n', 1);
    await new Promise((resolve) => setTimeout(resolve, 0));
    file.append('b\n', 1);
    assert.ok(file.flushLagMs() >= 0);
    await file.close();
    assert.equal(file.flushLagMs(), 0);
  });

  it('takes more at once than one write holds', async (t) => {
    const { path, counts, open } = makeFixture(t);
    const file = await open();
    const lines = numbersBelow(30_000);
    for (const number of lines) file.append(numberedLine(number), 1);
    await file.close();
    assert.deepEqual(readNumbers([readFileSync(path, 'utf8')]), lines);
    assert.equal(counts.written, lines.length);
  });

  it('appends to what an earlier process wrote', async (t) => {
    const { path, captured, open } = makeFixture(t);
    writeFileSync(path, 'old\n');
    const file = await open();
    file.append('new\n', 1);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), 'old\nnew\n');
    assert.deepEqual(captured.lines, []);
  });

  it('terminates the torn last line that a killed process left', async (t) => {
    const { path, captured, open } = makeFixture(t);
    writeFileSync(path, 'old\nhal');
    const file = await open();
    file.append('new\n', 1);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), 'old\nhal\nnew\n');
    assert.equal(captured.lines.length, 1);
  });

  it('cannot be created in a folder that does not exist', async (t) => {
    const fixture = makeFixture(t);
    rmSync(fixture.folder, { recursive: true });
    await assert.rejects(fixture.open(), { code: 'ENOENT' });
  });

  it('counts what comes after it was closed as lost', async (t) => {
    const { path, counts, captured, open } = makeFixture(t);
    const file = await open();
    await file.close();
    file.append('a\nb\n', 2);
    file.append('c\n', 1);
    assert.deepEqual(counts, { decided: 3, written: 0, waiting: 0, lost: 3 });
    assert.equal(captured.find('lines are lost, the file is closed').length, 1);
    assert.equal(readFileSync(path, 'utf8'), '');
  });
});

describe('a rotated append file', () => {
  it('goes on in a new file when it is renamed', async (t) => {
    const { path, captured, open } = makeFixture(t);
    const rotated: string[] = [];
    const rotations = await appendWhile(await open(), path, (round) => {
      rotated.push(`${path}.${String(round)}`);
      renameSync(path, `${path}.${String(round)}`);
    });
    assert.ok(rotations > 3);
    const last = existsSync(path) ? [path] : [];
    const numbers = readNumbers([...rotated, ...last].map((each) => readFileSync(each, 'utf8')));
    assert.deepEqual(numbers, numbersBelow(LINES));
    assert.deepEqual(captured.lines, []);
  });

  it('goes on in a new file when it is removed', async (t) => {
    const { path, open } = makeFixture(t);
    const removed: number[] = [];
    const rotations = await appendWhile(await open(), path, () => {
      removed.push(openSync(path, 'r'));
      unlinkSync(path);
    });
    assert.ok(rotations > 3);
    const last = existsSync(path) ? [readFileSync(path, 'utf8')] : [];
    const numbers = readNumbers([...removed.map((fd) => readFileSync(fd, 'utf8')), ...last]);
    assert.deepEqual(numbers, numbersBelow(LINES));
    removed.forEach(closeSync);
  });

  it('goes on at the start of the file when it is copied and truncated', async (t) => {
    const { path, open } = makeFixture(t);
    const file = await open();
    const copies: string[] = [];
    for (let number = 0; number < LINES; number += 1) {
      file.append(numberedLine(number), 1);
      if (number % ROTATE_EVERY !== 0) continue;
      // What is written between copy and truncate is lost to any writer: no write is under way here.
      await file.flushed();
      copies.push(`${path}.${String(number)}`);
      copyFileSync(path, copies.at(-1) ?? '');
      truncateSync(path);
    }
    await file.close();
    const numbers = readNumbers([...copies, path].map((each) => readFileSync(each, 'utf8')));
    assert.deepEqual(numbers, numbersBelow(LINES));
  });

  it('writes whole lines after the torn line of another program in the new file', async (t) => {
    const { path, open } = makeFixture(t);
    const file = await open();
    renameSync(path, `${path}.1`);
    appendFileSync(path, 'created by the rotation');
    file.append('a\n', 1);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), 'created by the rotation\na\n');
  });

  it('waits for its folder to come back when that is removed', async (t) => {
    const { folder, path, counts, captured, open } = makeFixture(t);
    const file = await open();
    rmSync(folder, { recursive: true });
    let isWritten = false;
    file.append('a\n', 1, () => (isWritten = true));
    while (file.errors < 3) await new Promise(setImmediate);
    assert.equal(isWritten, false);
    assert.deepEqual(counts, { decided: 1, written: 0, waiting: 1, lost: 0 });
    mkdirSync(folder);
    await file.flushed();
    assert.equal(isWritten, true);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), 'a\n');
    assert.equal(captured.find('writing a file fails, its lines wait').length, 1);
    assert.equal(captured.find('writing the file works again').length, 1);
  });
});

describe('closing an append file within a time', () => {
  it('loses nothing when everything can be written', async (t) => {
    const { path, counts, open } = makeFixture(t);
    const file = await open();
    file.append('a\n', 1);
    await file.closeWithin(60_000);
    assert.equal(readFileSync(path, 'utf8'), 'a\n');
    assert.deepEqual(counts, { decided: 1, written: 1, waiting: 0, lost: 0 });
  });

  it('counts and logs as lost what could not be written', async (t) => {
    const { folder, counts, captured, open } = makeFixture(t);
    const file = await open();
    rmSync(folder, { recursive: true });
    let called = 0;
    file.append('a\nb\n', 2, () => (called += 1));
    await file.closeWithin(50);
    file.append('c\n', 1);
    assert.deepEqual(counts, { decided: 3, written: 0, waiting: 0, lost: 3 });
    assert.equal(captured.find('lines are lost, no time is left')[0]?.['lines'], 2);
    assert.equal(called, 0);
  });
});
