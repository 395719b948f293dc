// The archive of `npm pack`, installed in an empty folder elsewhere: it holds what it needs and nothing else, and runs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { findFreePort } from '../support/process.ts';
import { startProcessGroup } from '../support/process-group.ts';
import { mustRun } from '../support/run-command.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
const packed = z.tuple([
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
]);

interface Archive {
  readonly path: string;
  readonly files: readonly string[];
}

async function pack(): Promise<Archive> {
  const folder = makeTemporaryFolder('archive');
  // The build is there, and other tests use it.
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder] as const;
  const [{ filename, files }] = packed.parse(
    JSON.parse(await mustRun(['npm', ...words], { cwd: root })),
  );
  return { path: join(folder, filename), files: files.map(({ path }) => path) };
}

async function start(
  t: TestContext,
  folder: string,
): Promise<{ readonly url: string; readonly log: () => string }> {
  const port = await findFreePort();
  const group = startProcessGroup({
    words: [join(folder, 'node_modules', '.bin', 'dsiem'), '--address', '127.0.0.1'],
    cwd: folder,
    environment: { DSIEM_PORT: String(port) },
  });
  t.after(() => group.stop('SIGKILL'));
  await waitUntil(() => group.log().includes('ready for events'), 'the start', 30_000);
  return { url: `http://127.0.0.1:${String(port)}`, log: () => group.log() };
}

describe('the archive of npm pack', () => {
  it('installs and runs in an empty folder, up to an alarm on the page', async (t) => {
    const archive = await pack();
    const folder = makeTemporaryFolder('installed');
    const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    // npm takes the nearest folder above that has packages, where there is one
    await mustRun(['npm', ...install, '--prefix', folder, archive.path], { cwd: folder });
    assert.match(
      await mustRun(['npx', '--no', 'dsiem', 'version'], { cwd: folder }),
      /^dsiem-ts \d/,
    );
    for (const name of ['dsiem-frontend', 'dsiem-backend']) {
      assert.match(
        await mustRun(['npx', '--no', name, 'version'], { cwd: folder }),
        /^dsiem-ts \d/,
      );
    }

    const { url, log } = await start(t, folder);
    const attack = join(folder, 'node_modules', 'dsiem-ts', 'examples', 'first-attack.mjs');
    await mustRun([process.execPath, attack, url]);
    const alarms = join(folder, 'logs', 'siem_alarms.json');
    await waitUntil(() => readFileSync(alarms, 'utf8').includes('SSH password guessing'));
    const page = await fetch(`${url}/ui/`);
    assert.equal(page.status, 200, log());
    const [, script = ''] = /<script[^>]*\ssrc="([^"]+)"/.exec(await page.text()) ?? [];
    assert.equal((await fetch(new URL(script, `${url}/ui/`))).status, 200, script);
    const listed = await fetch(`${url}/api/alarms`);
    assert.match(await listed.text(), /SSH password guessing/);
  });

  it('holds program, page, starter set, examples and documents, and no sources, tests or secrets', async () => {
    const { files } = await pack();
    const wanted = [
      'dist/app/main.js',
      'dist/app/dsiem-frontend.js',
      'dist/app/dsiem-backend.js',
      'dist/web/index.html',
      'config/starter/directives_starter.json',
      'docs/README.md',
      'docs/operations.md',
      'examples/first-attack.mjs',
      'packaging/systemd/dsiem.service',
      'README.md',
      'LICENSE',
    ];
    assert.deepEqual(
      wanted.filter((path) => !files.includes(path)),
      [],
    );
    const surplus =
      /^(?!dist|docs|examples|config\/starter|packaging|README|CHANGELOG|LICENSE|package\.json)/;
    assert.deepEqual(
      files.filter((path) => surplus.test(path) || /\.tsx?$|admin-token$/.test(path)),
      [],
    );
  });

  it('names every folder of the archive in the Dockerfile', () => {
    const { files } = z
      .object({ files: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    const dockerfile = readFileSync(join(root, 'packaging', 'docker', 'Dockerfile'), 'utf8');
    const missing = files.filter(
      (path) => path !== 'packaging' && !dockerfile.includes(`/src/${path}`),
    );
    assert.deepEqual(missing, []);
    for (const [, path = ''] of dockerfile.matchAll(/\/src\/([\w./-]+)/g)) {
      assert.ok(existsSync(join(root, path)), path);
    }
    for (const [, path = ''] of dockerfile.matchAll(/^COPY (packaging\S+)/gm)) {
      assert.ok(existsSync(join(root, path)), path);
    }
  });
});
