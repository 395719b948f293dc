// `dsiem store rebuild`: makes the alarm store of a log directory again from the files there; the engine must not run.
import type { Options } from '../../config/options.ts';
import { rebuildAlarmStore, type Rebuilding } from '../../state/file-alarm-store.ts';
import { lockLogDirectory, LogDirectoryInUseError } from '../../state/log-directory-lock.ts';
import { createLogger } from '../log-stream.ts';
import { CLOCK } from '../engine-parts.ts';
import { storeOptions } from '../store-options.ts';

/** Rebuilds and prints what the store has then; whether that was possible, else the reason is on stderr. */
export async function rebuildStore(options: Options): Promise<boolean> {
  const { logDir } = options;
  const log = createLogger({
    ...{ level: 'warn', json: false, colour: false },
    write: (line) => {
      process.stderr.write(line);
    },
  });
  try {
    const lock = await lockLogDirectory({ logDir, waitMs: 0, log });
    const rebuilt = await rebuildAlarmStore(storeOptions(options, CLOCK, log));
    await lock.release();
    report(rebuilt);
    return true;
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err);
    const advice = err instanceof LogDirectoryInUseError ? ': stop it first' : '';
    process.stderr.write(`dsiem: ${reason}${advice}\n`);
    return false;
  }
}

function report({ alarms, lines, unreadable, aside }: Rebuilding): void {
  process.stdout.write(
    `${String(alarms)} alarms out of ${String(lines)} lines; their events were not recorded\n`,
  );
  if (unreadable > 0) process.stdout.write(`${String(unreadable)} lines are unreadable\n`);
  if (aside !== undefined) {
    process.stdout.write(
      `the former store, with its events, is in ${aside}: remove it when you like\n`,
    );
  }
}
