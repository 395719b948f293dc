import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { saveLogPosition, takeLogPosition } from '../../state/engine-file.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';

function makeLogDir(t: TestContext): string {
  const folder = makeTemporaryFolder('engine');
  t.after(() => {
    removeFolder(folder);
  });
  return folder;
}

const unusable = [
  '',
  'null',
  '[]',
  '{',
  '{"epoch":"a"}',
  '{"epoch":"","nextSequence":1}',
  '{"epoch":1,"nextSequence":1}',
  '{"epoch":"a","nextSequence":-1}',
  '{"epoch":"a","nextSequence":1.5}',
  '{"epoch":"a","nextSequence":"1"}',
  '{"epoch":"a","nextSequence":9007199254740993}',
];

describe('the engine file', () => {
  it('gives its position to one start only', async (t) => {
    const logDir = makeLogDir(t);
    const { log, lines } = createCapturedLog();
    await saveLogPosition(logDir, { epoch: 'a1b2', nextSequence: 12_345 });
    assert.deepEqual(readdirSync(logDir), ['engine.json']);
    assert.deepEqual(await takeLogPosition(logDir, log), { epoch: 'a1b2', nextSequence: 12_345 });
    assert.deepEqual(readdirSync(logDir), []);
    assert.equal(await takeLogPosition(logDir, log), undefined);
    assert.deepEqual(lines, []);
  });

  for (const text of unusable) {
    it(`is set aside with a warning when it cannot be used: ${text}`, async (t) => {
      const logDir = makeLogDir(t);
      writeFileSync(join(logDir, 'engine.json'), text);
      const { log, lines } = createCapturedLog();
      assert.equal(await takeLogPosition(logDir, log), undefined);
      const [kept = '', ...others] = readdirSync(logDir);
      assert.deepEqual(others, []);
      assert.notEqual(kept, 'engine.json');
      assert.equal(readFileSync(join(logDir, kept), 'utf8'), text);
      assert.equal(lines.length, 1);
    });
  }

  it('starts a new log when it cannot be read', async (t) => {
    const logDir = makeLogDir(t);
    mkdirSync(join(logDir, 'engine.json'));
    const { log, lines } = createCapturedLog();
    assert.equal(await takeLogPosition(logDir, log), undefined);
    assert.equal(lines.length, 1);
  });
});
