import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { watchConfiguration } from '../../app/configuration-watch.ts';
import { directivesFile, startAdminBed } from '../support/admin-bed.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('watchConfiguration', () => {
  it('has a change on disk loaded, and what the engine wrote itself not again', async () => {
    const bed = await startAdminBed();
    const { log } = createCapturedLog();
    let looks = 0;
    const watch = watchConfiguration({
      ...{ folder: bed.folder, log },
      onChange: () => {
        void bed.service.reloadIfChanged('watch', '').then(() => (looks += 1));
      },
    });
    await writeFile(join(bed.folder, 'directives_b.json'), directivesFile({ id: 4 }));
    await waitUntil(() => bed.reloads.length === 1);
    assert.deepEqual(bed.reloads[0]?.directives.added, [4]);
    const seen = looks;
    const body = directivesFile({ id: 5 });
    await bed.send('PUT', '/api/configuration/files/directives_c.json', { body });
    await waitUntil(() => looks > seen);
    assert.deepEqual(
      bed.reloads.map(({ reason }) => reason),
      ['watch', 'file'],
    );
    watch.close();
  });

  it('tells of faults once, and of their end', async () => {
    const bed = await startAdminBed();
    const path = join(bed.folder, 'directives_b.json');
    await writeFile(path, '{');
    await bed.service.reloadIfChanged('watch', '');
    assert.equal(bed.service.lastReload.ok, false);
    await writeFile(path, directivesFile({ id: 4 }));
    await bed.service.reloadIfChanged('watch', '');
    assert.equal(bed.service.lastReload.ok, true);
    await bed.service.reloadIfChanged('watch', '');
    assert.equal(bed.reloads.length, 2);
  });

  it('logs that a folder cannot be watched', () => {
    const captured = createCapturedLog();
    const onChange = (): void => undefined;
    watchConfiguration({ folder: '/nowhere/at/all', onChange, log: captured.log }).close();
    assert.equal(captured.lines.length, 1);
  });
});
