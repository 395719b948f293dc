import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AccessFileError, openAccess } from '../../app/open-access.ts';
import { readOptions, type Flags } from '../../config/read-options.ts';
import { hashToken } from '../../server/access/bearer-token.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

async function openWith(flags: Flags, environment: Readonly<Record<string, string>> = {}) {
  const { options, faults } = readOptions(flags, environment);
  assert.deepEqual(faults, []);
  const logDir = makeTemporaryFolder('access');
  return openAccess({ ...options, logDir }, createCapturedLog().log);
}

describe('tokens from options', () => {
  it('have the name and role of their flag, from the flag, its variable or a file', async () => {
    const folder = makeTemporaryFolder('secrets');
    const file = join(folder, 'analyst');
    writeFileSync(file, 'from-the-analyst-file\n');
    const opened = await openWith(
      { 'admin-token': 'from-the-admin-flag', 'analyst-token-file': file },
      {
        DSIEM_READ_TOKEN: 'from-the-read-variable',
        DSIEM_EVENTS_TOKEN: 'from-the-events-variable',
      },
    );
    assert.deepEqual(
      opened.tokens.set(),
      (
        [
          ['admin-token', 'admin', 'from-the-admin-flag'],
          ['analyst-token', 'analyst', 'from-the-analyst-file'],
          ['read-token', 'reader', 'from-the-read-variable'],
          ['events-token', 'events', 'from-the-events-variable'],
        ] as const
      ).map(([name, role, text]) => ({ name, role, hash: hashToken(text) })),
    );
    await opened.close(100);
  });

  it('are not the one of the first start, which does not count as set', async () => {
    const opened = await openWith({});
    assert.deepEqual(opened.tokens.set(), []);
    assert.equal(opened.tokens.firstStart.role, 'admin');
    await opened.close(100);
  });

  for (const [name, content] of [
    ['is missing', undefined],
    ['is empty', ' \n'],
    ['holds two tokens', 'one two'],
  ] as const) {
    it(`are an operator's mistake where their file ${name}`, async () => {
      const file = join(makeTemporaryFolder('secrets'), 'token');
      if (content !== undefined) writeFileSync(file, content);
      await assert.rejects(openWith({ 'read-token-file': file }), (error) => {
        assert.ok(error instanceof AccessFileError);
        assert.match(error.message, /^--read-token-file: .*token: /);
        return true;
      });
    });
  }
});
