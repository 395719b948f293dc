import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { provideAdminToken } from '../../state/admin-token-file.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

describe('the admin token of the first start', () => {
  it('is written once, for its owner alone, and not into the log', async () => {
    const logDir = makeTemporaryFolder('admin-token');
    const { log, lines } = createCapturedLog();
    assert.equal(await provideAdminToken(logDir, () => 'made-first', log), 'made-first');
    assert.equal(await provideAdminToken(logDir, () => 'made-later', log), 'made-first');
    const path = join(logDir, 'admin-token');
    assert.equal(readFileSync(path, 'utf8'), 'made-first\n');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(lines.length, 1);
    assert.ok(!JSON.stringify(lines).includes('made-first'));
  });

  it('is made anew where its file is empty, and others that may read it are a warning', async () => {
    const logDir = makeTemporaryFolder('admin-token');
    const path = join(logDir, 'admin-token');
    writeFileSync(path, '\n');
    const { log, find } = createCapturedLog();
    assert.equal(await provideAdminToken(logDir, () => 'made', log), 'made');
    chmodSync(path, 0o644);
    await provideAdminToken(logDir, () => 'never', log);
    assert.equal(find('others can read the admin token, chmod 600 it').length, 1);
  });
});
