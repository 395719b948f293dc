import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createBuiltInPlugins } from '../../enrichment/built-in-plugins.ts';
import { loadPlugins } from '../../enrichment/load-plugins.ts';
import { checkSource } from '../../enrichment/source-config.ts';
import { startAnsweringServer } from '../support/answering-server.ts';
import { createEnrichmentBed, lookUpIps, sourceOf } from '../support/enrichment-bed.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const TEMPLATE = join(import.meta.dirname, '..', '..', 'examples', 'plugins', 'template.mjs');
const builtIn = createBuiltInPlugins({});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = makeTemporaryFolder('plugins');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function pluginText(name: string, open = '() => ({ lookUp: () => [] })'): string {
  return `export const plugin = { name: '${name}', types: ['IP'], open: ${open} };`;
}

describe('the plugins of a folder', () => {
  it('include one made from the template, which looks addresses up', async () => {
    const folder = folderOf({});
    copyFileSync(TEMPLATE, join(folder, 'company-hosts.mjs'));
    const { plugins, faults } = await loadPlugins(folder, builtIn);
    assert.deepEqual(faults, []);

    assert.deepEqual(checkSource(sourceOf('CompanyHosts', { url: 'http://x/' }), 'IP', plugins), [
      { field: 'config', problem: 'url must be text that contains ${ip}' },
    ]);

    const server = await startAnsweringServer((request, response) => {
      if (request.url === '/8.8.8.8') response.end('{"owner":"DNS team"}');
      else if (request.url === '/8.8.4.4') response.writeHead(404).end();
      else response.writeHead(500).end();
    });
    const source = sourceOf('CompanyHosts', { url: `${server.origin}/\${ip}` }, 'CMDB');
    const bed = createEnrichmentBed({ intel: [source], plugins });
    assert.deepEqual(await lookUpIps(bed, '8.8.8.8', '8.8.4.4', '9.9.9.9'), [
      { provider: 'CMDB', term: '8.8.8.8', result: 'owner: DNS team' },
    ]);
    assert.equal(bed.enrichment.counters()[0]?.failed, 1);
    bed.enrichment.close();
    await server.close();
  });

  it('are the .mjs and .js files only, in alphabetical order', async () => {
    const folder = folderOf({
      'b.mjs': pluginText('B'),
      'a.mjs': pluginText('A'),
      'readme.txt': 'nothing',
      'data.json': '{}',
    });
    mkdirSync(join(folder, 'folder.mjs'));
    symlinkSync(join(folder, 'a.mjs'), join(folder, 'link.mjs'));
    const { plugins, faults } = await loadPlugins(folder, builtIn);
    assert.deepEqual([plugins.map(({ name }) => name), faults], [['A', 'B'], []]);
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['cannot be parsed', 'export const = 1;', /cannot be loaded/],
    ['throws', 'throw new Error("no");', /cannot be loaded/],
    ['exports nothing', 'export const other = 1;', /exports no `plugin`/],
    ['exports no object', 'export const plugin = 7;', /plugin .*object/i],
    [
      'has no name',
      'export const plugin = { types: ["IP"], open() {} };',
      /plugin\.name must be text/,
    ],
    [
      'has another type',
      'export const plugin = { name: "X", types: ["MAC"], open() {} };',
      /types\.0 must be/,
    ],
    [
      'cannot be opened',
      'export const plugin = { name: "X", types: ["IP"] };',
      /plugin\.open must be a function/,
    ],
    ['has a name that is taken', pluginText('Wise'), /already a plugin named Wise/],
  ];
  for (const [name, text, problem] of bad) {
    it(`do not include one that ${name}, and the fault names its file`, async () => {
      const folder = folderOf({ 'bad.mjs': text, 'good.mjs': pluginText('Good') });
      const { plugins, faults } = await loadPlugins(folder, builtIn);
      assert.deepEqual(
        plugins.map((plugin) => plugin.name),
        ['Good'],
      );
      assert.equal(faults.length, 1);
      assert.equal(faults[0]?.file, join(folder, 'bad.mjs'));
      assert.match(faults[0].problem, problem);
    });
  }

  it('are a fault when the folder is missing', async () => {
    const { faults } = await loadPlugins('/nowhere/at/all', builtIn);
    assert.deepEqual(
      faults.map(({ file, problem }) => [file, problem]),
      [['/nowhere/at/all', 'cannot be read']],
    );
  });

  it('must open something that looks up', async () => {
    const { plugins } = await loadPlugins(
      folderOf({ 'x.mjs': pluginText('X', '() => 7') }),
      builtIn,
    );
    assert.throws(
      () => createEnrichmentBed({ intel: [sourceOf('X', {})], plugins }),
      /bad configuration/,
    );
  });
});
