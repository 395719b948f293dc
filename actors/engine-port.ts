import type { NormalizedEvent } from '../core/event/normalized-event.ts';

/** What became of a submission: all of it is in, or none of it because the queue stayed full or the engine is closing. */
export type Admission = 'admitted' | 'full' | 'closing';

/** What termination could do within its limit. */
export interface TerminationReport {
  readonly savedBacklogs: number;
  /** Backlogs whose file could not be written. */
  readonly lostBacklogs: number;
}

/** Figures of the moment that are no running counters. */
export interface EngineGauges {
  /** Events admitted whose lines are not written yet. */
  readonly eventsInFlight: number;
  readonly directives: number;
  readonly managersRunning: number;
  /** Directives with at least one live backlog. */
  readonly directivesActive: number;
  readonly backlogs: number;
}

/**
 * The engine as everything outside actors/ sees it: what it takes and gives is plain data, so that it can run in
 * another thread or be asked over a network. Counters are in the ledger, which the caller shares.
 */
export interface EnginePort {
  /**
   * Admits the events, in their order, whole or not at all. Answers at once while there is room, else waits for room
   * (SPEC §9: first come, first served, 2 s at most) and then answers 'full'.
   */
  submit(events: readonly NormalizedEvent[]): Admission | Promise<Admission>;
  gauges(): EngineGauges;
  /** Stops admitting, settles what is in flight (for `settleMs` at most: a disk may be full), saves the backlogs. */
  terminate(settleMs: number): Promise<TerminationReport>;
}
