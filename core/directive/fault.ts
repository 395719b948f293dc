/** What is wrong with (or, as a warning, doubtful in) one value of a directive or asset; the file is added by who read it. */
export interface Fault {
  /** The stage of the rule, absent when the fault is the directive's own. */
  readonly stage?: number;
  /** The key as the file writes it, for instance `port_from`. */
  readonly field: string;
  /** A phrase that says what is wrong or what must be: `must name an earlier stage`. */
  readonly problem: string;
  /** The value found, when there was one. */
  readonly got?: unknown;
}
