import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';

import { valueAt } from '../../config/json-value.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const loader = import.meta.resolve('tsx');
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('DSIEM_')),
);

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a process of its own, in a folder that is not the repository's. */
async function run(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const main = join(root, 'app', 'main.ts');
  const child = spawn(process.execPath, ['--import', loader, main, ...words], {
    cwd: makeTemporaryFolder('cli'),
    env: { ...environment, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, stdout, stderr };
}

function writeConfiguration(rule: Readonly<Record<string, unknown>> = {}): string {
  const folder = makeTemporaryFolder('configs');
  const directive = createDirectiveText({ rules: [createRuleText(1), createRuleText(2, rule)] });
  writeFileSync(join(folder, 'directives_a.json'), JSON.stringify({ directives: [directive] }));
  const asset = { name: 'a', cidr: '10.0.0.0/8', value: 1 };
  writeFileSync(join(folder, 'assets_a.json'), JSON.stringify({ assets: [asset] }));
  return folder;
}

describe('dsiem --help', () => {
  it('says of a backend that it listens only when it is told to', async () => {
    const { code, stdout } = await run(['backend', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /--tcp-port[^-]+a backend listens\s+only when it is given/);
    assert.match(stdout, /default: 8080; none on a backend/);
    assert.match(stdout, /With\s+--tcp-port it answers at \/readyz/);
  });

  for (const words of [['--help'], ['-h'], ['help'], ['serve', '--help']]) {
    it(`explains every option for ${words.join(' ')}`, async () => {
      const { code, stdout } = await run(words);
      assert.equal(code, 0);
      assert.match(stdout, /--max_eps/);
      assert.match(stdout, /DSIEM_MAXEPS/);
      assert.match(stdout, /default: configs/);
    });
  }
});

describe('dsiem version', () => {
  it('prints the version, whatever the environment holds', async () => {
    const { code, stdout } = await run(['version'], { DSIEM_PORT: 'x' });
    assert.equal(code, 0);
    assert.match(stdout, /^dsiem-ts \d+\.\d+\.\d+ /);
  });
});

describe('dsiem schema', () => {
  it('prints a JSON Schema', async () => {
    const { code, stdout } = await run(['schema', 'vuln']);
    assert.equal(code, 0);
    assert.deepEqual(valueAt(JSON.parse(stdout), ['required']), ['vuln_sources']);
  });

  it('refuses another kind with exit code 2', async () => {
    const { code, stderr } = await run(['schema', 'alarms']);
    assert.equal(code, 2);
    assert.match(stderr, /must be one of directives, assets, intel, vuln, got "alarms"/);
  });
});

describe('dsiem check', () => {
  for (const command of ['check', 'validate']) {
    it(`says as ${command} that a folder is valid, with its warnings`, async () => {
      const folder = writeConfiguration({ timeout: 0 });
      const { code, stdout, stderr } = await run([command, folder]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^warning: directives_a.json: directive 1, stage 2, timeout: /);
      assert.match(stdout, /: valid, 2 files, 1 directive, .*, 1 warning\n$/);
    });
  }

  it('names the faults and exits with code 2', async () => {
    const { code, stderr } = await run(['check', writeConfiguration({ from: ':2' })]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^error: directives_a.json: directive 1, stage 2, from: must name an earlier stage, got ":2" \(line 1, column \d+\)\n/,
    );
    assert.match(stderr, /: 1 error, 0 warnings\n$/);
  });

  it('takes the folder from --config-dir or its variable, flags before the command or after', async () => {
    const folder = writeConfiguration();
    const outcomes = await Promise.all([
      run(['--configDir', folder, 'check']),
      run(['check', '--config_dir', folder]),
      run(['--json', 'check'], { DSIEM_CONFIG_DIR: folder }),
    ]);
    assert.deepEqual(
      outcomes.map(({ code }) => code),
      [0, 0, 0],
    );
    assert.equal(valueAt(JSON.parse(outcomes[2].stdout), ['valid']), true);
  });

  it('reports as JSON with -j', async () => {
    const { code, stdout } = await run(['check', '-j', writeConfiguration({ to: 'x' })]);
    assert.equal(code, 2);
    const report: unknown = JSON.parse(stdout);
    assert.equal(valueAt(report, ['valid']), false);
    assert.equal(valueAt(report, ['errors', 0, 'field']), 'to');
    assert.equal(valueAt(report, ['errors', 0, 'got']), 'x');
  });

  it('survives a reader that goes away', async () => {
    const main = join(root, 'app', 'main.ts');
    const child = spawn(process.execPath, ['--import', loader, main, 'schema', 'directives'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const ended = once(child, 'close');
    const stderr = await text(child.stderr);
    await ended;
    assert.deepEqual([child.exitCode, stderr], [0, '']);
  });
});

describe('mistakes on the command line', () => {
  it('are named together with those of the environment, with exit code 2', async () => {
    const { code, stderr } = await run(['serve', '--max_eps=x', '--nosuch', '-x'], {
      DSIEM_JSON: 'perhaps',
    });
    assert.equal(code, 2);
    assert.deepEqual(stderr.trimEnd().split('\n').sort(), [
      'dsiem: --max_eps: must be a whole number, 0 or more, got "x"',
      'dsiem: --nosuch: is no option of this program',
      'dsiem: -x: is no option of this program',
      'dsiem: DSIEM_JSON: must be true, false, 1 or 0, got "perhaps"',
      'dsiem: see dsiem --help',
    ]);
  });

  it('include words that are no command', async () => {
    const { code, stderr } = await run(['srve']);
    assert.equal(code, 2);
    assert.match(stderr, /^dsiem: srve: is not understood here/);
  });

  it('include options that contradict each other', async () => {
    const { code, stderr } = await run([], { DSIEM_MEDRISKMIN: '7', DSIEM_MEDRISKMAX: '4' });
    assert.equal(code, 2);
    assert.match(stderr, /DSIEM_MEDRISKMIN: must be below DSIEM_MEDRISKMAX \(4\), got "7"/);
  });
});
