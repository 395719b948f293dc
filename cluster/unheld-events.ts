import type Logger from 'bunyan';
import type { SharingRule } from './sharing-rule.ts';

export interface UnheldEventsDeps {
  readonly sharing: Pick<SharingRule, 'unheldFiles'>;
  readonly monotonicMs: () => number;
  readonly log: Logger;
}

/** Counts what is published while no live backend of ours holds a directive file: its directives miss that. */
export interface UnheldEvents {
  /** Called when events were published. */
  published(events: number): void;
  /** How many there were since nobody holds the file; 0 for one that is held. */
  of(file: string): number;
}

/** Nodes are known with the precision of their heartbeat. */
const LOOK_MS = 200;

/** Nothing is counted yet. What a file missed is logged when a backend holds it again. */
export function createUnheldEvents({ sharing, monotonicMs, log }: UnheldEventsDeps): UnheldEvents {
  const missed = new Map<string, number>();
  let unheld: readonly string[] = [];
  let lookedMs = Number.NEGATIVE_INFINITY;

  function look(): void {
    const nowMs = monotonicMs();
    if (nowMs - lookedMs < LOOK_MS) return;
    lookedMs = nowMs;
    unheld = sharing.unheldFiles();
    for (const [file, events] of missed) {
      if (unheld.includes(file)) continue;
      missed.delete(file);
      log.warn({ file, events }, 'events were published while no backend held a directive file');
    }
  }

  return {
    published: (events) => {
      look();
      for (const file of unheld) missed.set(file, (missed.get(file) ?? 0) + events);
    },
    of: (file) => {
      look();
      return missed.get(file) ?? 0;
    },
  };
}
