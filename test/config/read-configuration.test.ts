import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { formatFault } from '../../config/configuration-fault.ts';
import { valueAt } from '../../config/json-value.ts';
import { readConfiguration } from '../../config/read-configuration.ts';
import {
  conformanceFolder,
  present,
  skipWithoutFolder,
} from '../conformance/conformance-folder.ts';
import { createDirectiveText } from '../support/directive-text.ts';
import { checkBuiltInSource } from '../support/source-check.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

function writeFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = makeTemporaryFolder('configuration');
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const directives = JSON.stringify({ directives: [createDirectiveText()] });
const assets = JSON.stringify({ assets: [{ name: 'a', cidr: '10.0.0.0/8', value: 1 }] });

describe('reading a configuration folder', () => {
  it('takes files of the known kinds, with a byte order mark or without', async () => {
    const folder = writeFolder({
      'directives_a.json': `\uFEFF${directives}`,
      'assets_a.json': assets,
      'dsiem_config.json': '{}',
      'notes.txt': 'not read',
    });
    const { configuration, warnings } = await readConfiguration(folder, checkBuiltInSource);
    assert.equal(configuration?.directives.length, 1);
    assert.ok(configuration.files.every(({ modifiedAt }) => (modifiedAt ?? 0) > 0));
    assert.deepEqual(warnings, []);
  });

  it('warns of a JSON file that nothing reads', async () => {
    const folder = writeFolder({
      'directives_a.json': directives,
      'assets_a.json': assets,
      'directive-b.json': directives,
    });
    const { warnings } = await readConfiguration(folder, checkBuiltInSource);
    assert.deepEqual(
      warnings.map(({ file }) => file),
      ['directive-b.json'],
    );
  });

  it('names every file that cannot be read', async () => {
    const folder = writeFolder({ 'assets_a.json': Buffer.from([0xff, 0xfe, 0x00]) });
    mkdirSync(join(folder, 'directives_a.json'));
    const { configuration, faults } = await readConfiguration(folder, checkBuiltInSource);
    assert.equal(configuration, undefined);
    assert.deepEqual(
      faults.map((fault) => formatFault(fault).replace(/: not a regular file/, '')),
      ['assets_a.json: must be UTF-8 text', 'directives_a.json: cannot be read'],
    );
  });

  it('says that there is no folder', async () => {
    const folder = join(makeTemporaryFolder('configuration'), 'missing');
    const { faults } = await readConfiguration(folder, checkBuiltInSource);
    assert.equal(faults.length, 1);
    assert.match(faults.map(formatFault).join(''), /missing: the folder cannot be read: ENOENT/);
  });

  it('takes plugins that it is told of', async () => {
    const source = { name: 'x', type: 'IP', plugin: 'Mine', enabled: true, config: '{}' };
    const folder = writeFolder({
      'directives_a.json': directives,
      'assets_a.json': assets,
      'intel_a.json': JSON.stringify({ intel_sources: [source] }),
    });
    assert.ok((await readConfiguration(folder, () => [])).configuration);
    assert.equal((await readConfiguration(folder, checkBuiltInSource)).configuration, undefined);
  });
});

describe('the configurations of the conformance cases', () => {
  const skip = skipWithoutFolder(conformanceFolder(), 'conformance configurations');

  it('load, or are refused where the case says so', { skip }, async () => {
    const root = present(conformanceFolder());
    const cases = readdirSync(join(root, 'cases'));
    for (const name of cases) {
      const source = join(root, 'cases', name);
      const description: unknown = JSON.parse(readFileSync(join(source, 'case.json'), 'utf8'));
      // Options that contradict each other are readOptions' to refuse.
      if (name.startsWith('invalid-med-risk')) continue;
      const { configuration, faults } = await readConfiguration(
        copyCase(root, source),
        checkBuiltInSource,
      );
      const isRefused = valueAt(description, ['start']) === 'refused';
      assert.equal(
        configuration === undefined,
        isRefused,
        `${name}: ${faults.map(formatFault).join('; ')}`,
      );
      if (isRefused) assert.ok(faults.length > 0, name);
    }
    assert.ok(cases.length > 0);
  });
});

function copyCase(root: string, source: string): string {
  const folder = makeTemporaryFolder('case');
  if (existsSync(join(source, 'config')))
    cpSync(join(source, 'config'), folder, { recursive: true });
  for (const name of readdirSync(folder)) fillTemplates(join(folder, name));
  if (!readdirSync(folder).some((name) => name.startsWith('assets_'))) {
    cpSync(join(root, 'common', 'assets_default.json'), join(folder, 'assets_default.json'));
  }
  return folder;
}

/** The addresses of look-up services, which the cases leave to whoever runs them. */
function fillTemplates(path: string): void {
  const text = readFileSync(path, 'utf8');
  const filled = text
    .replaceAll('{{wise}}', 'http://127.0.0.1/ip/${ip}')
    .replaceAll('{{nesd}}', 'http://127.0.0.1/?ip=${ip}&port=${port}');
  writeFileSync(path, filled);
}
