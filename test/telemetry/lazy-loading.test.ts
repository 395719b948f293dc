import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const BED = join(import.meta.dirname, '../support/telemetry-bed.ts');

/** Runs a program that starts telemetry; answers how many modules of OpenTelemetry it then has. */
function countModules(work: string): number {
  const program = `
    import Module from 'node:module';
    const { startTelemetryBed } = await import(${JSON.stringify(BED)});
    const { telemetry, stop } = await startTelemetryBed();
    ${work}
    await stop();
    const modules = Object.keys(Module._cache).filter((path) => path.includes('@opentelemetry'));
    console.log(modules.length);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import=tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') },
  );
  assert.match(stdout, /^\d+\n$/, stderr);
  return Number(stdout);
}

describe('the packages of OpenTelemetry', () => {
  it('are not loaded for figures that need none', () => {
    assert.equal(countModules('telemetry.debugVars();'), 0);
  });

  it('are loaded by the first scrape', () => {
    assert.ok(countModules('await telemetry.scrape();') > 0);
  });
});
