import assert from 'node:assert/strict';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { hashToken } from '../../server/access/bearer-token.ts';
import { readTokenFile } from '../../state/token-file.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const module = join(import.meta.dirname, '..', '..', 'app', 'commands', 'token.ts');

/** Runs one of the functions in a process of its own, as the command line does. */
async function run(call: string): Promise<{ ok: boolean; stdout: string; stderr: string }> {
  const script = `import { addToken, listTokens, revokeToken } from ${JSON.stringify(module)};
    process.exitCode = (await ${call}) ? 0 : 2;`;
  const words = ['--import=tsx', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve));
  return { ok: child.exitCode === 0, stdout, stderr };
}

describe('dsiem token', () => {
  const logDir = join(makeTemporaryFolder('token-command'), 'not', 'there', 'yet');
  const given = (fields: object): string => JSON.stringify({ logDir, ...fields });

  it('adds a token and prints it alone on stdout, once', async () => {
    const added = await run(`addToken(${given({ name: 'anna', role: 'analyst' })})`);
    assert.ok(added.ok, added.stderr);
    assert.match(added.stdout, /^dsiem_[A-Za-z0-9_-]{43}\n$/);
    const [stored] = await readTokenFile(logDir);
    assert.deepEqual(stored?.hash, hashToken(added.stdout.trim()));
    const listed = await run(`listTokens(${given({})})`);
    assert.match(listed.stdout, /^NAME {2}ROLE {5}ADDED\nanna {2}analyst {2}\d{4}-.*Z\n$/);
  });

  for (const [name, call, reason] of [
    [
      'a name that is taken',
      `addToken(${given({ name: 'anna', role: 'reader' })})`,
      /revoke it first/,
    ],
    ['a role that is none', `addToken(${given({ name: 'b', role: 'root' })})`, /got "root"/],
    ['a name with a blank', `addToken(${given({ name: 'a b', role: 'reader' })})`, /got "a b"/],
    [
      'revoking what is not there',
      `revokeToken(${given({ name: 'b' })})`,
      /no token with the name b/,
    ],
  ] as const) {
    it(`refuses ${name} with a reason and without a change`, async () => {
      const refused = await run(call);
      assert.deepEqual([refused.ok, refused.stdout], [false, '']);
      assert.match(refused.stderr, reason);
      assert.equal((await readTokenFile(logDir)).length, 1);
    });
  }

  it('revokes a token', async () => {
    assert.ok((await run(`revokeToken(${given({ name: 'anna' })})`)).ok);
    assert.deepEqual(await readTokenFile(logDir), []);
  });
});
