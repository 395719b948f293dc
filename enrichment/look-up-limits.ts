/** The bounds within which one source is asked. */
export interface LookUpLimits {
  /** For one look-up with all its tries (SPEC §8: 10 s). */
  readonly timeLimitMs: number;
  /** Look-ups of one source at the same moment. */
  readonly concurrent: number;
  /** Look-ups that wait for their turn; one more is skipped. */
  readonly waiting: number;
  /** Terms remembered, with or without findings. */
  readonly cacheEntries: number;
  readonly tries: number;
  /** Before the second try; doubled before each further one. */
  readonly backOffMs: number;
  readonly answerBytes: number;
  /** Different terms that must fail in a row before the source counts as down. */
  readonly failuresToOpen: number;
  /** For how long a source that is down is left alone. */
  readonly openMs: number;
}

export const LOOK_UP_LIMITS: LookUpLimits = {
  timeLimitMs: 10_000,
  concurrent: 8,
  waiting: 5_000,
  cacheEntries: 20_000,
  tries: 3,
  backOffMs: 250,
  answerBytes: 1_048_576,
  failuresToOpen: 5,
  openMs: 30_000,
};
