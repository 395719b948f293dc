// The archive for sites without a registry: installed and run where there is no network at all, with an empty npm cache.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { skipWithoutNamespace } from '../support/network-namespace.ts';
import { mustRun } from '../support/run-command.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|DSIEM_)/i.test(name)),
);

async function packFor(platform: string): Promise<string> {
  const folder = makeTemporaryFolder('offline-archive');
  const script = join(root, 'scripts', 'pack-offline.ts');
  const options = ['--destination', folder, '--platforms', platform];
  await mustRun([process.execPath, '--import', 'tsx', script, ...options], { cwd: root });
  const [name = ''] = readdirSync(folder);
  return join(folder, name);
}

/** As npm names the packages: linux-x64-gnu. */
function ownPlatform(): string {
  const report: unknown = process.report.getReport();
  const isGlibc = JSON.stringify(report).includes('glibcVersionRuntime');
  return `linux-${process.arch}-${isGlibc ? 'gnu' : 'musl'}`;
}

describe('the archive with its dependencies inside', () => {
  it(
    'installs without a network and then catches an attack, also without npm',
    { skip: skipWithoutNamespace() },
    async () => {
      const archive = await packFor(ownPlatform());
      const folder = makeTemporaryFolder('offline');
      const place = { cwd: folder, env: { ...environment, HOME: folder } };
      const prefix = join(folder, 'prefix');
      const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
      const withoutNetwork = ['unshare', '--net', '--'] as const;
      await mustRun(
        [...withoutNetwork, 'npm', ...install, '--global', '--prefix', prefix, archive],
        place,
      );
      await mustRun(['tar', '-xzf', archive], place);
      for (const program of [
        join(prefix, 'bin', 'dsiem'),
        `${process.execPath} package/dist/app/main.js`,
      ]) {
        const commands = `ip link set lo up && ${program} demo --once`;
        const out = await mustRun([...withoutNetwork, 'sh', '-c', commands], place);
        assert.match(out, /(\d+) of \1 directives fired/);
      }
    },
  );

  it('refuses a platform that there is no native library for', async () => {
    await assert.rejects(packFor('plan9-vax'), /there is no node_modules\/@libsql\/plan9-vax/);
  });
});
