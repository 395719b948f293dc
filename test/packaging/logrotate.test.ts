// The example of logrotate, run by logrotate on the files of a running engine: nothing is skipped and nothing is lost.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startProduct } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { mustRun, runCommand } from '../support/run-command.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
const example = readFileSync(join(root, 'packaging', 'logrotate', 'dsiem'), 'utf8');
const attack = join(root, 'examples', 'first-attack.mjs');
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Of this folder, by this user. */
function adapt(logDir: string): string {
  return example.replaceAll('/var/log/dsiem', logDir).replaceAll(/^ *su .*\n/gm, '');
}

describe('the logrotate example', { skip: skipWithout('logrotate') }, () => {
  it('rotates, compresses later, and the engine goes on in new files', async (t) => {
    const configDir = makeTemporaryFolder('configs');
    const product = await startProduct({ configDir });
    t.after(product.dispose);
    const { logDir, url } = product;
    const work = makeTemporaryFolder('logrotate');
    const configuration = join(work, 'dsiem');
    writeFileSync(configuration, adapt(logDir), { mode: 0o644 });
    const rotate = (): Promise<string> =>
      mustRun(['logrotate', '--force', '--state', join(work, 'state'), configuration], {
        env: { ...process.env, PATH },
      });
    const lines = (): string[] =>
      readdirSync(logDir)
        .filter((name) => name.startsWith('siem_alarm_events.json') && !name.endsWith('.gz'))
        .flatMap((name) => readFileSync(join(logDir, name), 'utf8').trimEnd().split('\n'))
        .filter((line) => line !== '');
    const attackUntil = async (count: number): Promise<void> => {
      await mustRun([process.execPath, attack, url]);
      await waitUntil(() => lines().length === count, `${String(count)} lines`);
    };
    await attackUntil(7);
    await rotate();
    const rotatedAt = Math.floor(Date.now() / 1000);
    const rotated = readdirSync(logDir).filter((name) =>
      /^siem_alarm\w*\.json-\d{8}-\d+$/.test(name),
    );
    assert.equal(rotated.length, 2, readdirSync(logDir).join(' '));
    await attackUntil(14);
    // The names bear the second, and logrotate rotates nothing over a file that is there.
    await waitUntil(() => Math.floor(Date.now() / 1000) > rotatedAt, 'another second');
    await rotate();
    await waitUntil(
      () => readdirSync(logDir).some((name) => name.endsWith('.gz')),
      'a compressed file',
    );
  });

  it('has no mistakes, for the user and folder of the unit', async () => {
    assert.match(example, /\/var\/log\/dsiem\/siem_alarms\.json/);
    const file = join(makeTemporaryFolder('logrotate'), 'dsiem');
    writeFileSync(file, adapt('/var/log/dsiem'), { mode: 0o644 });
    const { code, err } = await runCommand(['logrotate', '--debug', file], {
      env: { ...process.env, PATH },
    });
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /^error/m);
  });
});
