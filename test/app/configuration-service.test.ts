import assert from 'node:assert/strict';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ASSETS, directivesFile, startAdminBed } from '../support/admin-bed.ts';

describe('what the configuration service holds to be in force', () => {
  const text = directivesFile({ id: 1 });

  it('is the bytes of the files, with their byte order marks', async () => {
    const files = { 'assets_a.json': ASSETS, 'directives_a.json': `\uFEFF${text}` };
    const bed = await startAdminBed({ files });
    await bed.service.reloadIfChanged('watch', '');
    assert.equal(bed.reloads.length, 0);
    const listed = (await bed.service.listFiles()).files;
    assert.deepEqual(
      listed.map(({ loaded_sha256 }) => loaded_sha256),
      listed.map(({ sha256 }) => sha256),
    );
    await bed.service.reload('api', '');
    await bed.service.reloadIfChanged('watch', '');
    assert.equal(bed.reloads.length, 1);
  });

  it('is what was taken over, not what was written meanwhile', async () => {
    const changed = directivesFile({ id: 1 }, { id: 2 });
    let folder = '';
    const bed = await startAdminBed({
      apply: async () => {
        await writeFile(join(folder, 'directives_a.json'), changed);
        return { added: [], changed: [], removed: [], renamed: [], ...REST };
      },
    });
    folder = bed.folder;
    await bed.service.reload('api', '');
    await bed.service.reloadIfChanged('watch', '');
    assert.deepEqual(
      bed.reloads.map(({ files }) => files.changed),
      [[], ['directives_a.json']],
    );
  });
});

describe('a file that is replaced', () => {
  it('stays as secret as it was', async () => {
    const bed = await startAdminBed({
      files: { 'assets_a.json': ASSETS, 'directives_a.json': directivesFile({ id: 1 }) },
    });
    const path = join(bed.folder, 'assets_a.json');
    await chmod(path, 0o600);
    await bed.service.write('assets_a.json', `${ASSETS} `);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
});

const REST = { unchanged: 1, backlogsSetAside: 0 };
