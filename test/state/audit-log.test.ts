import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openAuditLog, type AuditEntry, type AuditLog } from '../../state/audit-log.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { mountSmallDisk, skipWithoutMount } from '../support/small-disk.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const ENTRY: AuditEntry = {
  who: 'anna',
  role: 'admin',
  from: '10.0.0.1',
  action: 'directive.off',
  what: '41007',
  before: { enabled: true },
  after: { enabled: false, reason: 'two\nlines' },
};

function open(logDir: string, log = createCapturedLog().log): Promise<AuditLog> {
  return openAuditLog({ logDir, log, wallMs: () => Date.UTC(2026, 10, 25, 8) });
}

describe('the audit log', () => {
  it('has one line for every change, and only its owner can read it', async () => {
    const logDir = makeTemporaryFolder('audit');
    const audit = await open(logDir);
    audit.record(ENTRY);
    audit.record({ ...ENTRY, what: '41008', before: undefined });
    await audit.flushed();
    const path = join(logDir, 'audit.json');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line): unknown => JSON.parse(line)),
      [
        { time: '2026-11-25T08:00:00.000Z', ...ENTRY },
        {
          time: '2026-11-25T08:00:00.000Z',
          ...{ who: 'anna', role: 'admin', from: '10.0.0.1', action: 'directive.off' },
          ...{ what: '41008', after: ENTRY.after },
        },
      ],
    );
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await audit.closeWithin(1000);
  });

  it('goes on behind what is there, and in a new file after a rotation', async () => {
    const logDir = makeTemporaryFolder('audit');
    const path = join(logDir, 'audit.json');
    appendFileSync(path, '{"older":true}\n');
    const audit = await open(logDir);
    audit.record(ENTRY);
    await audit.flushed();
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 3);
    renameSync(path, `${path}.1`);
    audit.record(ENTRY);
    await audit.flushed();
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 2);
    await audit.closeWithin(1000);
  });

  it(
    'keeps entries while the disk is full, counts and logs the failures',
    { skip: skipWithoutMount() },
    async () => {
      const disk = mountSmallDisk(64);
      assert.ok(disk !== undefined);
      const { log, find } = createCapturedLog();
      const audit = await open(disk.folder, log);
      disk.fill();
      audit.record({ ...ENTRY, after: 'x'.repeat(5000) });
      await waitUntil(() => audit.errors > 0);
      assert.equal(audit.counts.waiting, 1);
      assert.equal(find('writing a file fails, its lines wait').length, 1);
      disk.free();
      await audit.flushed();
      assert.deepEqual(audit.counts, { decided: 1, written: 1, waiting: 0, lost: 0 });
      await audit.closeWithin(1000);
      disk.unmount();
    },
  );
});
