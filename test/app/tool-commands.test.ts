import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');

function run(...words: readonly string[]): { code: number | null; out: string; err: string } {
  const main = join(root, 'dist', 'app', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, DSIEM_LOG_DIR: '' },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('dsiem token', () => {
  it('adds a token that only its owner can read, lists it and revokes it', () => {
    const logDir = makeTemporaryFolder('tokens');
    const folder = ['--log-dir', logDir];
    const added = run('token', 'add', 'anna', '--role', 'analyst', ...folder);
    assert.equal(added.code, 0, added.err);
    assert.match(added.out, /^dsiem_[\w-]{40,}\n$/);
    assert.equal(statSync(join(logDir, 'tokens.json')).mode & 0o777, 0o600);
    assert.match(run('token', 'list', ...folder).out, /anna +analyst/);
    assert.equal(run('token', 'revoke', 'anna', ...folder).code, 0);
    assert.doesNotMatch(run('token', 'list', ...folder).out, /anna/);
    const audit = readFileSync(join(logDir, 'audit.json'), 'utf8');
    assert.match(audit, /"action":"token.add","what":"anna"/);
    assert.match(audit, /"action":"token.revoke","what":"anna"/);
    assert.ok(!audit.includes(added.out.trim()));
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no action', ['token'], /say add, list or revoke/],
    ['no role', ['token', 'add', 'anna'], /role/],
    ['another role', ['token', 'add', 'anna', '--role', 'boss'], /must be one of/],
    ['an unknown flag', ['token', 'list', '--wrong'], /wrong/],
    ['a token that is not there', ['token', 'revoke', 'nobody'], /nobody/],
  ];
  for (const [what, words, problem] of mistakes) {
    it(`ends with 2 and says why for ${what}`, () => {
      const logDir = makeTemporaryFolder('tokens');
      const { code, err } = run(...words, '--log-dir', logDir);
      assert.equal(code, 2);
      assert.match(err, problem);
    });
  }
});

describe('dsiem nesd', () => {
  it('ends with 2 without a folder, and for one that is not there', () => {
    assert.equal(run('nesd').code, 2);
    const missing = run('nesd', '-d', join(makeTemporaryFolder('nesd'), 'missing'), '-p', '0');
    assert.equal(missing.code, 2);
    assert.match(missing.out, /cannot start/);
  });
});

describe('dsiem watch', () => {
  it('ends with 2 for words that are no filter', () => {
    const { code, err } = run('watch', 'http://127.0.0.1:1', 'nonsense');
    assert.equal(code, 2);
    assert.match(err, /a filter is written as/);
  });

  it('ends with 2 for a token file that cannot be read', () => {
    const missing = join(makeTemporaryFolder('watch'), 'missing');
    const { code, err } = run('watch', 'http://127.0.0.1:1', '--token-file', missing);
    assert.equal(code, 2);
    assert.match(err, /^dsiem: --token-file: cannot be read: ENOENT/);
  });
});

describe('the help of the whole program', () => {
  it('lists every command', () => {
    const { out } = run('--help');
    for (const command of [
      'serve',
      'check',
      'schema',
      'version',
      'token',
      'login',
      'watch',
      'nesd',
      'split',
    ]) {
      assert.match(out, new RegExp(`dsiem ${command}`));
    }
  });
});
