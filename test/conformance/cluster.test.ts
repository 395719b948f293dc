// The conformance cases through a frontend, NATS and a backend.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipWithout } from '../support/required-tool.ts';
import { trials } from '../support/trials.ts';
import { conformanceFolder, present, skipWithoutFolder } from './conformance-folder.ts';
import { runConformance } from './run-conformance.ts';

const folder = conformanceFolder();
const skip =
  skipWithoutFolder(folder, 'The conformance cases in a cluster were') ||
  skipWithout('nats-server');
/** In `npm test` the cases that need few servers, all in a soak. */
const IS_SOAK = trials(10) === 10;
const SHARE = 'random';
const LEAST = IS_SOAK ? 230 : 60;
/** A backend waits for a configuration that can be read, where a server by itself ends. */
const WAITS = 'invalid-not-json';

test('conformance cases pass through a frontend, NATS and a backend', { skip }, async (context) => {
  const run = await runConformance(present(folder), IS_SOAK ? '' : SHARE, 'cluster');
  context.diagnostic(`conformance in a cluster: ${run.summary}`);
  const failures = run.failures.filter((line) => line.startsWith('FAIL '));
  assert.deepEqual(
    failures.filter((line) => !line.startsWith(`FAIL ${WAITS}:`)),
    [],
    run.failures.join('\n'),
  );
  assert.deepEqual(run.imbalances, []);
  assert.ok(run.passed >= LEAST, `only ${String(run.passed)} cases passed`);
});
