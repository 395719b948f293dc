import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createFailureReport } from '../../state/failure-report.ts';
import { createCapturedLog } from '../support/captured-log.ts';

it('failures are logged at once, then once a minute with their count, and their end once', () => {
  const { log, lines } = createCapturedLog();
  let nowMs = 0;
  const texts = { failed: 'fails', recovered: 'works', fields: { path: '/x' } };
  const report = createFailureReport(log, texts, () => nowMs);
  report.recovered();
  for (nowMs = 0; nowMs <= 120_000; nowMs += 1_000) report.failed(new Error('no space'));
  report.recovered();
  report.recovered();
  assert.deepEqual(
    lines.map(({ msg, level, failures, path }) => ({ msg, level, failures, path })),
    [
      { msg: 'fails', level: 50, failures: 1, path: '/x' },
      { msg: 'fails', level: 50, failures: 60, path: '/x' },
      { msg: 'fails', level: 50, failures: 60, path: '/x' },
      { msg: 'works', level: 30, failures: 121, path: '/x' },
    ],
  );
  assert.equal(report.failures, 121);
});
