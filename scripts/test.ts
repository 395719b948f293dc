// What `npm test` and `npm run soak` run once the checks are green: brings the tools that tests need, builds, and runs
// node's test runner over test/. Names of test files (or parts of them) as arguments choose some of them.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBuildStale } from './build-state.ts';
import { installOpensearch } from './opensearch.ts';
import { describeMissing, installMissing, installSchemathesis, TOOLS } from './tools.ts';

const SOAK_TRIALS = 1000;
const TEST_TRIALS = SOAK_TRIALS / 10;
const FILE_LIMIT_MINUTES = { test: 5, soak: 60 };

const root = join(import.meta.dirname, '..');

process.exitCode = main();

function main(): number {
  const { values, positionals } = parseArgs({
    options: { soak: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const missing = installMissing(TOOLS);
  if (missing.length > 0) {
    console.error(describeMissing(missing));
    if (process.env['CI'] === 'true') return 1;
  }
  if (!installSchemathesis()) {
    console.error(
      'Not installed:\n  schemathesis: skipped: the OpenAPI client against the product',
    );
    if (process.env['CI'] === 'true') return 1;
  }
  if (!installOpensearch()) {
    console.error(
      'Not installed:\n  mvn, javac: skipped: changes of alarms in a real OpenSearch\nTo install: sudo apt-get install maven default-jdk-headless',
    );
  }
  if (isBuildStale(root)) {
    const build = spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' });
    if (build.status !== 0) return build.status ?? 1;
  }
  const files = listTests().filter((file) => isChosen(file, positionals));
  if (files.length === 0) {
    console.error('no test file has such a name');
    return 1;
  }
  return runTests(files, values.soak);
}

function listTests(): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .sort();
}

function isChosen(file: string, names: readonly string[]): boolean {
  return names.length === 0 || names.some((name) => file.includes(name));
}

/** Runs the files, shows the spec report, then the runner's own closing lines (`# tests`, `# pass`, …); gives the exit code. */
function runTests(files: readonly string[], soak: boolean): number {
  const folder = mkdtempSync(join(tmpdir(), 'dsiem-test-report-'));
  const report = join(folder, 'report.tap');
  const limitMs = (soak ? FILE_LIMIT_MINUTES.soak : FILE_LIMIT_MINUTES.test) * 60_000;
  const run = spawnSync(
    process.execPath,
    [
      '--import=tsx',
      '--test',
      '--test-concurrency=2',
      `--test-timeout=${String(limitMs)}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=tap',
      `--test-reporter-destination=${report}`,
      ...files,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, TRIALS: String(soak ? SOAK_TRIALS : TEST_TRIALS) },
    },
  );
  console.log(readClosingLines(readFileSync(report, 'utf8')));
  rmSync(folder, { recursive: true });
  return run.status ?? 1;
}

function readClosingLines(tap: string): string {
  const closing = /^# (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) \d/;
  return tap
    .split('\n')
    .filter((line) => closing.test(line))
    .join('\n');
}
