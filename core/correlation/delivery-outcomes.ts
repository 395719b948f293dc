/** What became of a delivery (event × directive), least telling first: of several the last one counts (SPEC §9). */
export const OUTCOMES = ['unmatched', 'discarded', 'consumed', 'opened', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const RANKS: Readonly<Record<Outcome, number>> = {
  unmatched: 0,
  discarded: 1,
  consumed: 2,
  opened: 3,
  failed: 4,
};

/** The outcomes of one batch in one directive, by position; owned by its manager. */
export class DeliveryOutcomes {
  readonly #ranks: Uint8Array;

  constructor(size: number) {
    this.#ranks = new Uint8Array(size);
  }

  note(position: number, outcome: Outcome): void {
    const rank = RANKS[outcome];
    if (rank > (this.#ranks[position] ?? 0)) this.#ranks[position] = rank;
  }

  /** Whether an event still may open a backlog: nothing consumed it, and a discarded one counts as the option says. */
  mayOpen(position: number, discardOutOfOrder: boolean): boolean {
    const rank = this.#ranks[position] ?? 0;
    return rank === RANKS.unmatched || (rank === RANKS.discarded && !discardOutOfOrder);
  }

  /** Whether a backlog took the event. */
  isAccepted(position: number): boolean {
    const rank = this.#ranks[position] ?? 0;
    return rank === RANKS.consumed || rank === RANKS.opened;
  }

  /** How many deliveries had each outcome. */
  count(): Record<Outcome, number> {
    const counts = { unmatched: 0, discarded: 0, consumed: 0, opened: 0, failed: 0 };
    for (const rank of this.#ranks) counts[OUTCOMES[rank] ?? 'unmatched'] += 1;
    return counts;
  }
}
