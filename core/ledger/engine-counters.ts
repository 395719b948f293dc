/** Running counters beside the ledger, incremented where the thing happens; all since the start. */
export interface EngineCounters {
  /** Events counted once for each directive that they reached and that consumed them or opened a backlog. */
  eventsMatched: number;
  backlogsOpened: number;
  backlogsCompleted: number;
  backlogsTimedOut: number;
  /** Ended because their directive had more than --max-backlogs. */
  backlogsEvicted: number;
  backlogsRestored: number;
  /** Saved backlogs that could not be used and were set aside. */
  backlogsSetAside: number;
  /** Events whose lines are all written, and the milliseconds from admission to then, summed. */
  eventsSettled: number;
  settledMs: number;
  /** Messages on which an actor failed. */
  actorFailures: number;
  /** Times that an event was accepted later than --max-delay after it was received. */
  lateBatches: number;
}

/** Counters of zeros. */
export function createEngineCounters(): EngineCounters {
  return {
    eventsMatched: 0,
    backlogsOpened: 0,
    backlogsCompleted: 0,
    backlogsTimedOut: 0,
    backlogsEvicted: 0,
    backlogsRestored: 0,
    backlogsSetAside: 0,
    eventsSettled: 0,
    settledMs: 0,
    actorFailures: 0,
    lateBatches: 0,
  };
}
