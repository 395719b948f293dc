import type { LookUps } from '../actors/enricher.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';

/** Look-ups by the sources of the configuration in force; a reload puts others in their place. */
export interface ReplaceableLookUps extends LookUps {
  /** Goes on with these sources (undefined: none); what the old ones are still asked is answered by them. */
  replace(next: Enrichment | undefined): void;
  /** Running counters of each source in force. */
  counters(): ReturnType<Enrichment['counters']>;
  /** See Enrichment. */
  idle(limitMs: number): Promise<boolean>;
  close(): void;
}

/** Old sources are closed when their last look-ups must long have ended. */
const CLOSE_AFTER_MS = 30_000;

/** Look-ups that begin with `first`. */
export function createLookUps(first: Enrichment | undefined): ReplaceableLookUps {
  let current = first;
  return {
    hasSources: () => current !== undefined,
    lookUp: (request, onFindings) => current?.lookUp(request, onFindings),
    replace: (next) => {
      const old = current;
      current = next;
      if (old === undefined) return;
      setTimeout(() => {
        old.close();
      }, CLOSE_AFTER_MS).unref();
    },
    counters: () => current?.counters() ?? [],
    idle: (limitMs) => current?.idle(limitMs) ?? Promise.resolve(true),
    close: () => {
      current?.close();
    },
  };
}
