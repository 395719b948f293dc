import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  changeTokenFile,
  openTokenFile,
  readTokenFile,
  TokenFileError,
  type StoredToken,
} from '../../state/token-file.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const HASH = 'ab'.repeat(32);

function token(name: string): StoredToken {
  return { name, role: 'reader', hash: Buffer.from(HASH, 'hex'), created: 1_795_528_661 };
}

async function add(logDir: string, name: string): Promise<void> {
  await changeTokenFile(logDir, (tokens) => [...tokens, token(name)]);
}

function namesOf(tokens: readonly StoredToken[]): string[] {
  return tokens.map(({ name }) => name);
}

describe('tokens.json', () => {
  it('holds names, roles and hashes, and only its owner can read it', async () => {
    const logDir = makeTemporaryFolder('tokens');
    assert.deepEqual(await readTokenFile(logDir), []);
    await add(logDir, 'anna');
    const path = join(logDir, 'tokens.json');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), {
      tokens: [{ name: 'anna', role: 'reader', sha256: HASH, created: 1_795_528_661 }],
    });
    assert.deepEqual(await readTokenFile(logDir), [token('anna')]);
  });

  it('keeps every one of several changes made at a time', async () => {
    const logDir = makeTemporaryFolder('tokens');
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => add(logDir, name)));
    assert.deepEqual(namesOf(await readTokenFile(logDir)).sort(), names);
  });

  for (const [name, text] of [
    ['no JSON', '{"tokens":'],
    ['no list of tokens', '{"tokens":{}}'],
    [
      'a role that is none',
      `{"tokens":[{"name":"a","role":"root","sha256":"${HASH}","created":1}]}`,
    ],
    ['a hash that is none', '{"tokens":[{"name":"a","role":"admin","sha256":"ab","created":1}]}'],
  ] as const) {
    it(`is refused with ${name}, and not overwritten`, async () => {
      const logDir = makeTemporaryFolder('tokens');
      const path = join(logDir, 'tokens.json');
      writeFileSync(path, text);
      await assert.rejects(readTokenFile(logDir), TokenFileError);
      await assert.rejects(add(logDir, 'b'), TokenFileError);
      await assert.rejects(openTokenFile(logDir, createCapturedLog().log), TokenFileError);
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }

  it('is followed while it is open: additions, revocations, its end', async () => {
    const logDir = makeTemporaryFolder('tokens');
    const file = await openTokenFile(logDir, createCapturedLog().log);
    await add(logDir, 'a');
    await waitUntil(() => namesOf(file.tokens()).includes('a'));
    await add(logDir, 'b');
    await file.refresh();
    assert.deepEqual(namesOf(file.tokens()), ['a', 'b']);
    await changeTokenFile(logDir, (tokens) => tokens.filter(({ name }) => name !== 'a'));
    await file.refresh();
    assert.deepEqual(namesOf(file.tokens()), ['b']);
    rmSync(join(logDir, 'tokens.json'));
    await file.refresh();
    assert.deepEqual(file.tokens(), []);
    file.close();
  });

  it('leaves the tokens from before in force while it cannot be used, and says so', async () => {
    const logDir = makeTemporaryFolder('tokens');
    const { log, find } = createCapturedLog();
    await add(logDir, 'a');
    const file = await openTokenFile(logDir, log);
    const path = join(logDir, 'tokens.json');
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, 'broken');
    await file.refresh();
    assert.deepEqual(namesOf(file.tokens()), ['a']);
    assert.equal(find('the token file cannot be used, the tokens from before stay').length, 1);
    writeFileSync(path, good);
    chmodSync(path, 0o600);
    await file.refresh();
    assert.equal(find('the token file can be used again').length, 1);
    file.close();
  });
});
