/** How far a live backlog has got; the least of them ends when a directive has too many (SPEC §9). */
export interface Advancement {
  readonly stage: number;
  readonly counted: number;
  readonly sequence: number;
}

/** Negative when `left` got less far than `right`: fewest stages finished, then fewest events counted, then the oldest. */
export function compareAdvancement(left: Advancement, right: Advancement): number {
  return left.stage - right.stage || left.counted - right.counted || left.sequence - right.sequence;
}
