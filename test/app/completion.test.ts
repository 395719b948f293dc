import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { skipWithout } from '../support/required-tool.ts';
import { mustRun } from '../support/run-command.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const main = join(import.meta.dirname, '..', '..', 'app', 'main.ts');
const loader = import.meta.resolve('tsx');

/** A PATH on which dsiem is this source. */
function makePath(): string {
  const folder = makeTemporaryFolder('bin');
  for (const name of ['dsiem', 'dsiem-frontend', 'dsiem-backend']) {
    const program = join(folder, name);
    writeFileSync(
      program,
      `#!/bin/sh\nexec '${process.execPath}' --import '${loader}' '${main}' "$@"\n`,
    );
    chmodSync(program, 0o755);
  }
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

async function completeInBash(words: readonly string[]): Promise<string[]> {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const [program = ''] = words;
  const script = `
    source <(dsiem completion bash)
    COMP_WORDS=(${quoted}) COMP_CWORD=${String(words.length - 1)}
    $(complete -p '${program}' | sed -E 's/.*-F ([^ ]+) .*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: makePath(), SHELL: '/bin/bash' };
  return (await mustRun(['bash', '-c', script], { env })).trimEnd().split('\n');
}

describe('completion in bash', () => {
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['dsiem', 'che'], ['check']],
    [['dsiem', 'si'], ['simulate']],
    [
      ['dsiem', 'serve', '--max'],
      ['--max_eps', '--max_queue', '--max_delay', '--max-backlogs'],
    ],
    [
      ['dsiem', 'token', ''],
      ['add', 'list', 'revoke'],
    ],
    [['dsiem', 'simulate', '--sc'], ['--scenario']],
    [['dsiem-backend', 'serve', '--hold'], ['--hold_duration']],
  ];
  for (const [words, expected] of cases) {
    it(`completes ${words.join(' ')}`, async () => {
      assert.deepEqual(await completeInBash(words), expected);
    });
  }
});

describe('completion in zsh', { skip: skipWithout('zsh') }, () => {
  it('is registered for every program', async () => {
    const script = `
      autoload -Uz compinit && compinit -u -d ${join(makeTemporaryFolder('zsh'), 'dump')}
      source <(dsiem completion zsh)
      print -l $_comps[dsiem] $_comps[dsiem-frontend] $_comps[dsiem-backend]
      dsiem --get-yargs-completions dsiem login --to`;
    const env = { ...process.env, PATH: makePath(), SHELL: '/usr/bin/zsh' };
    const out = await mustRun(['zsh', '-fc', script], { env });
    assert.match(out, /_dsiem_yargs_completions\n_dsiem-frontend_yargs_completions\n/);
    assert.match(out, /--token-file:/);
  });
});
