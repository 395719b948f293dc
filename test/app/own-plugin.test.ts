import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startAnsweringServer } from '../support/answering-server.ts';
import { createDirectiveText } from '../support/directive-text.ts';
import { stopBalanced } from '../support/ledger-check.ts';
import { startProduct } from '../support/process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
const ASSETS = { assets: [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }] };

function intel(url: string): Readonly<Record<string, unknown>> {
  const config = JSON.stringify({ url });
  const source = { name: 'hosts', type: 'IP', plugin: 'CompanyHosts', enabled: true, config };
  return { intel_sources: [source] };
}

describe('--plugin-dir', () => {
  it('has alarms looked up by a plugin of the operator', async () => {
    const lookUps = await startAnsweringServer((_, response) => response.end('{"owner":"Ann"}'));
    const pluginDir = makeTemporaryFolder('plugins');
    copyFileSync(join(root, 'examples/plugins/template.mjs'), join(pluginDir, 'hosts.mjs'));
    const product = await startProduct({
      files: {
        'assets_a.json': ASSETS,
        'directives_a.json': { directives: [createDirectiveText({ id: 1, priority: 5 })] },
        'intel_a.json': intel(`${lookUps.origin}/\${ip}`),
      },
      options: ['--plugin-dir', pluginDir, '-j'],
    });
    const event = {
      ...{ event_id: 'a', timestamp: new Date().toISOString(), title: 't', sensor: 's' },
      ...{ src_ip: '8.8.8.8', dst_ip: '10.0.0.1' },
      ...{ plugin_id: 1, plugin_sid: 1 },
    };
    const response = await fetch(`${product.url}/events`, {
      ...{ method: 'POST', body: JSON.stringify(event) },
    });
    assert.equal(response.status, 200);
    const alarms = join(product.logDir, 'siem_alarms.json');
    await waitUntil(
      () => existsSync(alarms) && readFileSync(alarms, 'utf8').includes('owner: Ann'),
      'the finding in the alarm',
    );
    await stopBalanced(product);
    await lookUps.close();
  });

  it('refuses a start with a module that is no plugin, and names it', () => {
    const pluginDir = makeTemporaryFolder('plugins');
    writeFileSync(join(pluginDir, 'wrong.mjs'), 'export const nothing = 1;\n');
    const configDir = makeTemporaryFolder('configuration');
    writeFileSync(join(configDir, 'assets_a.json'), JSON.stringify(ASSETS));
    writeFileSync(
      join(configDir, 'directives_a.json'),
      JSON.stringify({ directives: [createDirectiveText({ id: 1 })] }),
    );
    const main = join(root, 'dist', 'app', 'main.js');
    const words = [main, 'check', configDir, '--plugin-dir', pluginDir];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /wrong\.mjs: exports no `plugin`/);
  });
});
