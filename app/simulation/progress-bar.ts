import { Presets, SingleBar } from 'cli-progress';

/** How far something has come, on standard error while that is a terminal. */
export interface ProgressBar {
  readonly update: (value: number, what: string) => void;
  readonly stop: () => void;
}

/** Starts a bar that is full at `total`; it shows nothing where nobody looks. */
export function startProgressBar(total: number, isWanted = true): ProgressBar {
  if (!isWanted || !process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {what} | {duration_formatted}',
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      etaBuffer: 100,
    },
    Presets.shades_classic,
  );
  bar.start(Math.max(1, total), 0, { what: '' });
  return {
    update: (value, what) => {
      bar.update(value, { what });
    },
    stop: () => {
      bar.stop();
    },
  };
}
