import { watch } from 'node:fs';
import type Logger from 'bunyan';

export interface ConfigurationWatchDeps {
  readonly folder: string;
  /** Something may have changed. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** An editor or a copy changes a folder several times in a row; it is looked at once, this long after the last time. */
const QUIET_MS = 200;
/** The files of the engine's own atomic writes. */
const TEMPORARY_NAME = /^\..+\.tmp$/;

/** Watches the configuration folder until it is closed; a folder that cannot be watched is an error in the log. */
export function watchConfiguration({ folder, onChange, log }: ConfigurationWatchDeps): {
  close(): void;
} {
  let timer: NodeJS.Timeout | undefined;
  const noteChange = (_event: string, name: string | null): void => {
    if (name !== null && TEMPORARY_NAME.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS).unref();
  };
  const report = (err: unknown): void => {
    log.error({ err, folder }, 'the configuration folder cannot be watched');
  };
  try {
    const watcher = watch(folder, { persistent: false }, noteChange);
    watcher.on('error', report);
    return {
      close: () => {
        clearTimeout(timer);
        watcher.close();
      },
    };
  } catch (err) {
    report(err);
    return { close: () => undefined };
  }
}
