// A process that wants the lock of a log directory: `lock-program.ts <log-dir> <wait-ms> [<then>]`. It starts at
// the first line of its input, prints what came of it, and then stays until its input ends.

import { createInterface } from 'node:readline';
import { lockLogDirectory, LogDirectoryInUseError } from '../../state/log-directory-lock.ts';
import { createCapturedLog } from './captured-log.ts';

const [, , logDir = '', waitMs = '0', then = 'stay'] = process.argv;

function report(outcome: unknown): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

async function run(): Promise<void> {
  try {
    const { log } = createCapturedLog();
    await lockLogDirectory({ logDir, waitMs: Number(waitMs), log });
    report({ outcome: 'locked' });
  } catch (err) {
    if (!(err instanceof LogDirectoryInUseError)) throw err;
    report({ outcome: 'refused', pid: err.pid });
  }
}

const input = createInterface({ input: process.stdin });
input.once('line', () => {
  void run();
  if (then === 'end') process.stdin.destroy();
});
report({ outcome: 'ready' });
