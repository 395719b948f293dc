import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createAppendFile, type AppendFile } from '../../state/append-file.ts';
import { writeFileAtomically } from '../../state/atomic-file.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { mountSmallDisk, skipWithoutMount, type SmallDisk } from '../support/small-disk.ts';

const LINE_LENGTH = 700;

function line(number: number): string {
  return `${String(number).padEnd(LINE_LENGTH - 1, '.')}\n`;
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => line(from + index)).join('');
}

async function makeFixture(t: TestContext) {
  const disk = mountSmallDisk(1024);
  assert.ok(disk !== undefined, 'a file system could not be mounted');
  t.after(() => {
    disk.unmount();
  });
  const path = join(disk.folder, 'alarms.json');
  const captured = createCapturedLog();
  const counts = { decided: 0, written: 0, waiting: 0, lost: 0 };
  const file = await createAppendFile({ path, log: captured.log, counts, retryMs: 2 });
  return { disk, path, captured, counts, file };
}

/** Appends lines 0 to 99 to a disk that is full after the first three, and waits until writing has failed. */
async function overfill(disk: SmallDisk, file: AppendFile): Promise<void> {
  file.append(lines(0, 3), 3);
  await file.flushed();
  disk.fill();
  for (let number = 3; number < 100; number += 1) file.append(line(number), 1);
  while (file.errors < 3) await new Promise(setImmediate);
}

describe('a full disk', { skip: skipWithoutMount() }, () => {
  it('is reported and counted, and everything is on file once when space returns', async (t) => {
    const { disk, path, captured, counts, file } = await makeFixture(t);
    await overfill(disk, file);
    let isWritten = false;
    file.append(line(100), 1, () => (isWritten = true));
    const partial = readFileSync(path, 'utf8');
    assert.equal(partial, lines(0, counts.written));
    assert.ok(counts.written >= 3 && counts.written < 100);
    assert.equal(counts.written + counts.waiting, 101);
    assert.equal(isWritten, false);
    const [failure] = captured.find('writing a file fails, its lines wait');
    assert.match(JSON.stringify(failure), /ENOSPC/);
    disk.free();
    await file.flushed();
    assert.equal(isWritten, true);
    file.append(line(101), 1);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), lines(0, 102));
    assert.deepEqual(counts, { decided: 102, written: 102, waiting: 0, lost: 0 });
    assert.equal(captured.find('writing a file fails, its lines wait').length, 1);
  });

  it('leaves whole lines in a file that is renamed meanwhile', async (t) => {
    const { disk, path, counts, file } = await makeFixture(t);
    await overfill(disk, file);
    renameSync(path, `${path}.1`);
    const errors = file.errors;
    while (file.errors < errors + 2) await new Promise(setImmediate);
    const written = counts.written;
    disk.free();
    await file.close();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), lines(0, written));
    assert.equal(readFileSync(path, 'utf8'), lines(written, 100));
    assert.deepEqual(counts, { decided: 100, written: 100, waiting: 0, lost: 0 });
  });

  it('makes a termination count as lost exactly what is not on file', async (t) => {
    const { disk, path, counts, file } = await makeFixture(t);
    await overfill(disk, file);
    await file.closeWithin(20);
    assert.equal(readFileSync(path, 'utf8'), lines(0, counts.written));
    assert.deepEqual(counts, {
      decided: 100,
      written: counts.written,
      waiting: 0,
      lost: 100 - counts.written,
    });
  });

  it('lets an atomic write fail and keeps the file that was there', async (t) => {
    const { disk, file } = await makeFixture(t);
    await file.close();
    const path = join(disk.folder, 'saved.json');
    await writeFileAtomically(path, 'old');
    disk.fill();
    await assert.rejects(writeFileAtomically(path, [lines(0, 200)]), { code: 'ENOSPC' });
    assert.equal(readFileSync(path, 'utf8'), 'old');
  });
});
