import type { EnginePort } from '../actors/engine-port.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import type { EngineStatistics } from '../core/ledger/engine-statistics.ts';
import type { Ledger } from '../core/ledger/ledger.ts';

/** One of the files that alarms go to. */
export interface FileFigures {
  /** `siem_alarms.json`. */
  readonly name: string;
  /** Failed writes since the start. */
  readonly errors: number;
  /** Age of the oldest waiting line in milliseconds, 0 when none waits. */
  flushLagMs(): number;
}

/** What became of a look-up, beside being asked. */
export const LOOK_UP_OUTCOMES = [
  ...(['cached', 'joined', 'answered', 'failed', 'timedOut', 'skipped', 'open'] as const),
] as const;

/** The running counters of one look-up source. */
export interface LookUpFigures extends Readonly<
  Record<(typeof LOOK_UP_OUTCOMES)[number] | 'asked' | 'found' | 'retried', number>
> {
  readonly name: string;
  readonly type: string;
}

/** Everything that telemetry shows; it reads and never changes. */
export interface Figures {
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  readonly statistics: EngineStatistics;
  readonly engine: Pick<EnginePort, 'gauges' | 'directive'>;
  /** The bound of events in flight. */
  readonly maxQueue: number;
  readonly files: readonly FileFigures[];
  readonly lookUps: () => readonly LookUpFigures[];
  /** Open connections of the live feed. */
  readonly feedClients: () => number;
}

/** What does not change while the process runs. */
export interface ProcessFacts {
  readonly version: string;
  readonly mode: string;
  /** Empty for a standalone engine without a name. */
  readonly node: string;
}
