/** The two clocks of the server; tests pass their own. */
export interface Clock {
  /** Unix milliseconds with fraction. */
  wallMs(): number;
  /** Milliseconds since any moment; never goes back. */
  monotonicMs(): number;
}
