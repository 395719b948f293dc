import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformanceFolder, present, skipWithoutFolder } from './conformance-folder.ts';
import { runConformance } from './run-conformance.ts';

const folder = conformanceFolder();
const skip = skipWithoutFolder(folder, 'The conformance cases were');

test('the product passes every conformance case', { skip }, async (context) => {
  const run = await runConformance(present(folder));
  context.diagnostic(`conformance: ${run.summary}`);
  assert.equal(run.failures.join('\n'), '');
  assert.deepEqual(run.imbalances, []);
  assert.equal(run.exitCode, 0, run.output.slice(-2000));
  assert.ok(run.passed > 200, `only ${String(run.passed)} cases were run`);
});
