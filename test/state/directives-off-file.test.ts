import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readDirectivesOff, writeDirectivesOff } from '../../state/directives-off-file.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

describe('the file of directives turned off', () => {
  it('gives back what was written, and nothing where there is none', async () => {
    const folder = makeTemporaryFolder('off');
    const { log, lines } = createCapturedLog();
    assert.deepEqual(await readDirectivesOff(folder, log), []);
    const directives = [{ id: 7, since: 100, by: 'ann' }];
    await writeDirectivesOff(folder, directives);
    assert.deepEqual(await readDirectivesOff(folder, log), directives);
    await writeDirectivesOff(folder, []);
    assert.deepEqual(await readDirectivesOff(folder, log), []);
    assert.equal(lines.length, 0);
  });

  for (const text of ['', '{', '{}', '[{"id":0,"since":1,"by":"x"}]', '[{"id":1}]', '[1]']) {
    it(`sets ${text === '' ? 'an empty file' : text} aside with an error`, async () => {
      const folder = makeTemporaryFolder('off');
      const captured = createCapturedLog();
      await writeFile(join(folder, 'directives-off.json'), text);
      assert.deepEqual(await readDirectivesOff(folder, captured.log), []);
      assert.equal(captured.lines.length, 1);
      const names = await readdir(folder);
      assert.deepEqual([names.length, names.includes('directives-off.json')], [1, false]);
    });
  }
});
