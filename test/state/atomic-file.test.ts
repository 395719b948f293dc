import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isTemporaryName, writeFileAtomically, type FileContent } from '../../state/atomic-file.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';

function makeFolder(t: TestContext): string {
  const folder = makeTemporaryFolder('atomic');
  t.after(() => {
    removeFolder(folder);
  });
  return folder;
}

function* manyPieces(): Generator<string> {
  for (let piece = 0; piece < 50_000; piece += 1) yield `piece ${String(piece)} ü\n`;
}

async function* asyncPieces(): AsyncGenerator<string> {
  yield 'a';
  await new Promise(setImmediate);
  yield 'b';
}

function* failingPieces(): Generator<string> {
  yield 'x'.repeat(200_000);
  throw new Error('the content fails');
}

const contents: readonly (readonly [name: string, content: FileContent, written: string])[] = [
  ['a text', 'text\n', 'text\n'],
  ['an empty text', '', ''],
  ['pieces', ['a', 'b', 'ü'], 'abü'],
  ['no pieces', [], ''],
  ['very many pieces', { [Symbol.iterator]: manyPieces }, [...manyPieces()].join('')],
  ['pieces that take their time', { [Symbol.asyncIterator]: asyncPieces }, 'ab'],
];

describe('writing a file atomically', () => {
  for (const [name, content, written] of contents) {
    it(`writes ${name} and leaves no temporary file`, async (t) => {
      const folder = makeFolder(t);
      await writeFileAtomically(join(folder, 'file'), content);
      assert.equal(readFileSync(join(folder, 'file'), 'utf8'), written);
      assert.deepEqual(readdirSync(folder), ['file']);
    });
  }

  it('replaces the file that was there and makes missing folders', async (t) => {
    const path = join(makeFolder(t), 'new', 'folder', 'file');
    await writeFileAtomically(path, 'a long old text');
    await writeFileAtomically(path, 'new');
    assert.equal(readFileSync(path, 'utf8'), 'new');
  });

  it('leaves everything as it was when the content fails', async (t) => {
    const folder = makeFolder(t);
    writeFileSync(join(folder, 'file'), 'old');
    await assert.rejects(
      writeFileAtomically(join(folder, 'file'), failingPieces()),
      /content fails/,
    );
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'old');
    assert.deepEqual(readdirSync(folder), ['file']);
  });

  it('removes its temporary file when it cannot be renamed', async (t) => {
    const folder = makeFolder(t);
    mkdirSync(join(folder, 'file'));
    await assert.rejects(writeFileAtomically(join(folder, 'file'), 'new'), { code: 'EISDIR' });
    assert.deepEqual(readdirSync(folder), ['file']);
  });

  it('writes to one path many times at once', async (t) => {
    const folder = makeFolder(t);
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
    await Promise.all(texts.map((text) => writeFileAtomically(join(folder, 'file'), text)));
    assert.ok(texts.includes(readFileSync(join(folder, 'file'), 'utf8')));
    assert.deepEqual(readdirSync(folder), ['file']);
  });

  it('gives temporary files names that can be told from others', () => {
    assert.ok(isTemporaryName('.5.json.123-1.tmp'));
    assert.ok(!isTemporaryName('5.json'));
    assert.ok(!isTemporaryName('5.tmp'));
  });
});
