import type { RiskClass } from '../alarm/alarm-record.ts';
import { createDirectiveStatistics, type DirectiveStatistics } from './directive-statistics.ts';
import { createHistogram, type Histogram } from './histogram.ts';

/** Upper bounds of the time from the receipt of an event to its lines on file, in milliseconds. */
const EVENT_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000] as const;

/** Figures beside ledger and counters, shared by the engine, which counts, and those who show them. */
export interface EngineStatistics {
  /** Milliseconds from the receipt of an event to its lines on file, since the start. */
  readonly eventMs: Histogram;
  /** Alarms that got their first line, since the start. */
  alarmsRaised: number;
  /** Alarms by each class that they came to, since the start. */
  readonly alarms: Record<RiskClass, number>;
  readonly directives: DirectiveBook;
}

/** The statistics of the directives that something has happened to, by id. */
export class DirectiveBook {
  readonly #byId = new Map<number, DirectiveStatistics>();

  get size(): number {
    return this.#byId.size;
  }

  /** Those of a directive, begun at `now` (Unix seconds) when there are none; a directive of another name begins anew. */
  of(id: number, name: string, now: number): DirectiveStatistics {
    const known = this.#byId.get(id);
    if (known?.name === name) return known;
    const begun = createDirectiveStatistics(name, now);
    this.#byId.set(id, begun);
    return begun;
  }

  find(id: number): DirectiveStatistics | undefined {
    return this.#byId.get(id);
  }

  entries(): Iterable<readonly [number, DirectiveStatistics]> {
    return this.#byId.entries();
  }

  /** Takes over the statistics of an earlier run; before the engine counts. */
  restore(id: number, statistics: DirectiveStatistics): void {
    this.#byId.set(id, statistics);
  }
}

/** Statistics of nothing yet. */
export function createEngineStatistics(): EngineStatistics {
  return {
    eventMs: createHistogram(EVENT_MS),
    alarmsRaised: 0,
    alarms: { Low: 0, Medium: 0, High: 0 },
    directives: new DirectiveBook(),
  };
}
