/** What the live feed may take; all of it can be made smaller in tests. */
export interface FeedLimits {
  /** Clients at the same time; further ones are answered 503. */
  readonly clients: number;
  /** Alarms whose newest state is kept; those that ended go first. */
  readonly alarms: number;
  /** Alarms of a snapshot. */
  readonly snapshotAlarms: number;
  /** Updates are gathered so long: four messages a second. */
  readonly periodMs: number;
  /** An alarm's progress is told at most once in this time. */
  readonly progressMs: number;
  /** How many gathered periods, and updates in them, a client can lie behind and still be given only what it missed. */
  readonly keptTurns: number;
  readonly keptUpdates: number;
  /** Backlog updates of one period; older ones are left out and counted. */
  readonly backlogsOfTurn: number;
  /** A client that has so much still to read is sent nothing more until it has read it, then the newest states. */
  readonly unreadBytes: number;
  /** A client that lies behind for so long is disconnected. */
  readonly slowMs: number;
  /** A client that hears of nothing is told so often how far it is up to date. */
  readonly quietMs: number;
  readonly pingMs: number;
}

/** The limits of a running product. */
export const DEFAULT_FEED_LIMITS: FeedLimits = {
  clients: 2000,
  alarms: 10_000,
  snapshotAlarms: 500,
  periodMs: 250,
  progressMs: 1000,
  keptTurns: 2400,
  keptUpdates: 100_000,
  backlogsOfTurn: 200,
  unreadBytes: 256 * 1024,
  slowMs: 30_000,
  quietMs: 15_000,
  pingMs: 30_000,
};
