import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  createSavedBacklogFiles,
  type SavedBacklogFile,
  type SavedBacklogFiles,
} from '../../state/saved-backlog-files.ts';
import { createCapturedLog, type CapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';

interface Fixture {
  readonly folder: string;
  readonly aside: string;
  readonly files: SavedBacklogFiles;
  readonly captured: CapturedLog;
}

function makeFixture(t: TestContext): Fixture {
  const logDir = makeTemporaryFolder('backlogs');
  t.after(() => {
    removeFolder(logDir);
  });
  const captured = createCapturedLog();
  const folder = join(logDir, 'backlogs');
  const files = createSavedBacklogFiles(logDir, captured.log);
  return { folder, aside: join(folder, 'aside'), files, captured };
}

async function readAll(
  files: SavedBacklogFiles,
): Promise<Pick<SavedBacklogFile, 'directiveId' | 'backlogs'>[]> {
  const found = [];
  for await (const { directiveId, backlogs } of files.read()) found.push({ directiveId, backlogs });
  return found;
}

const unusable: readonly (readonly [name: string, content: string | Buffer, reason: RegExp])[] = [
  ['1.json', '{"a":1}', /not an array/],
  ['1.json', '[{"a":1}', /ends before/],
  ['1.json', '', /ends before/],
  ['1.json', '[{"a":}]', /not JSON/],
  ['1.json', Buffer.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]), /UTF-8/],
  ['1.json', '['.repeat(1_000_000), /nested/],
  ['0.json', '[]', /no directive id/],
  ['-1.json', '[]', /no directive id/],
  ['01.json', '[]', /no directive id/],
  ['1e3.json', '[]', /no directive id/],
  ['9999999999999999.json', '[]', /no directive id/],
  ['__proto__.json', '[]', /no directive id/],
  ['.json', '[]', /no directive id/],
  [`${'ü'.repeat(100)}.json`, '[]', /no directive id/],
];

describe('saved-backlog files', () => {
  it('are none where there is no folder', async (t) => {
    const { files, captured } = makeFixture(t);
    assert.deepEqual(await readAll(files), []);
    assert.deepEqual(captured.lines, []);
  });

  it('come back as they were written, lowest directive first, and stay until they are removed', async (t) => {
    const { folder, files } = makeFixture(t);
    assert.equal(await files.write(10, [{ alarm_id: 'b' }]), 1);
    assert.equal(
      await files.write(9, new Set([{ alarm_id: 'a', text: 'ü\n"' }, { __proto__: 1 }])),
      2,
    );
    const saved = await readAll(files);
    assert.deepEqual(saved, [
      { directiveId: 9, backlogs: [{ alarm_id: 'a', text: 'ü\n"' }, {}] },
      { directiveId: 10, backlogs: [{ alarm_id: 'b' }] },
    ]);
    assert.deepEqual(await readAll(files), saved);
    await files.remove(9);
    await files.remove(9);
    assert.deepEqual(readdirSync(folder), ['10.json']);
    assert.equal(readFileSync(join(folder, '10.json'), 'utf8'), '[\n{"alarm_id":"b"}\n]\n');
  });

  it('do not exist for a directive without backlogs', async (t) => {
    const { folder, files } = makeFixture(t);
    await files.write(1, [{}]);
    assert.equal(await files.write(1, []), 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('are asked for one backlog at a time and may be larger than one write', async (t) => {
    const { files } = makeFixture(t);
    const filling = 'x'.repeat(1000);
    function* backlogs(): Generator {
      for (let index = 0; index < 3000; index += 1) yield { index, filling };
    }
    assert.equal(await files.write(1, backlogs()), 3000);
    assert.deepEqual(await readAll(files), [{ directiveId: 1, backlogs: [...backlogs()] }]);
  });

  it('stay as they were when a backlog cannot be written', async (t) => {
    const { folder, files } = makeFixture(t);
    await files.write(1, ['old']);
    await assert.rejects(files.write(1, ['new', { big: 1n }]), TypeError);
    assert.deepEqual(readdirSync(folder), ['1.json']);
    assert.deepEqual(await readAll(files), [{ directiveId: 1, backlogs: ['old'] }]);
  });

  for (const [name, content, reason] of unusable) {
    it(`are set aside when they cannot be used: ${name.slice(0, 25)}, ${String(reason)}`, async (t) => {
      const { folder, aside, files, captured } = makeFixture(t);
      await files.write(2, ['usable']);
      writeFileSync(join(folder, name), content);
      assert.deepEqual(await readAll(files), [{ directiveId: 2, backlogs: ['usable'] }]);
      assert.ok(!existsSync(join(folder, name)));
      const [kept = ''] = readdirSync(aside);
      assert.deepEqual(readFileSync(join(aside, kept)), Buffer.from(content));
      assert.equal(captured.lines.length, 1);
      assert.match(String(captured.lines[0]?.['reason']), reason);
      assert.deepEqual(files.setAsideCounts, { files: 1, backlogs: 0 });
    });
  }

  it('are set aside when they are no files: a folder, a pipe, a link to nothing', async (t) => {
    const { folder, aside, files } = makeFixture(t);
    mkdirSync(join(folder, '1.json'), { recursive: true });
    execFileSync('mkfifo', [join(folder, '2.json')]);
    symlinkSync('nothing', join(folder, '3.json'));
    assert.deepEqual(await readAll(files), []);
    assert.deepEqual(readdirSync(folder), ['aside']);
    assert.equal(readdirSync(aside).length, 3);
  });

  it('are left alone when they have another ending, and leftovers of a crash are removed', async (t) => {
    const { folder, files, captured } = makeFixture(t);
    await files.write(1, ['a']);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(join(folder, '.1.json.77-1.tmp'), '[');
    await readAll(files);
    assert.deepEqual(readdirSync(folder).sort(), ['1.json', 'notes.txt']);
    assert.deepEqual(captured.lines, []);
  });

  it('are set aside under a new name each time, with the reason in the log', async (t) => {
    const { aside, files, captured } = makeFixture(t);
    for (const text of ['a', 'b', 'c']) {
      await files.write(7, [text]);
      assert.equal(await files.setAside(7, 'its directive does not exist'), true);
    }
    assert.equal(readdirSync(aside).length, 3);
    assert.ok(captured.lines.every((line) => line['reason'] === 'its directive does not exist'));
    assert.deepEqual(await readAll(files), []);
  });

  it('can have some of their backlogs set aside in a form that can be put back', async (t) => {
    const { folder, aside, files } = makeFixture(t);
    await files.write(7, ['a', 'b', 'c']);
    assert.equal(await files.setAsideBacklogs(7, ['b', 'c'], 'another directive name'), true);
    await files.remove(7);
    assert.deepEqual(files.setAsideCounts, { files: 0, backlogs: 2 });
    const [kept = ''] = readdirSync(aside);
    writeFileSync(join(folder, '7.json'), readFileSync(join(aside, kept)));
    assert.deepEqual(await readAll(files), [{ directiveId: 7, backlogs: ['b', 'c'] }]);
  });

  it('say it when they cannot be set aside', async (t) => {
    const { folder, aside, files, captured } = makeFixture(t);
    mkdirSync(folder);
    writeFileSync(aside, 'in the way');
    writeFileSync(join(folder, '1.json'), 'broken');
    assert.deepEqual(await readAll(files), []);
    assert.equal(await files.setAsideBacklogs(1, ['a'], 'because'), false);
    assert.equal(captured.lines.filter(({ level }) => level === 50).length, 2);
    assert.ok(existsSync(join(folder, '1.json')));
  });
});
