import type { LineCounts } from '../../core/ledger/ledger.ts';
import type { AppendFile } from '../../state/append-file.ts';

/** An append file in memory, whose lines are on file one event-loop turn later. */
export interface MemoryFile extends AppendFile {
  readonly lines: <Line>() => Line[];
  /** While it is held nothing gets on file. */
  hold(): void;
  release(): void;
}

/** Creates one that keeps its part of the ledger. */
export function createMemoryFile(counts: LineCounts): MemoryFile {
  let text = '';
  let isHeld = false;
  const held: (() => void)[] = [];
  return {
    append: (lines, count, onWritten) => {
      text += lines;
      counts.decided += count;
      counts.waiting += count;
      const write = (): void => {
        counts.waiting -= count;
        counts.written += count;
        onWritten?.();
      };
      if (isHeld) held.push(write);
      else setImmediate(write);
    },
    lines: <Line>() =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line): Line => {
          // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- lines of known shape
          const parsed: Line = JSON.parse(line);
          return parsed;
        }),
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      for (const write of held.splice(0)) write();
    },
    flushed: () => Promise.resolve(),
    errors: 0,
    flushLagMs: () => 0,
    close: () => Promise.resolve(),
    closeWithin: () => Promise.resolve(),
  };
}
