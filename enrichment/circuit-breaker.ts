/** Whether a source is asked: always (closed), not at all (open), or by one probe at a time (half-open). */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Opens when look-ups of `failuresToOpen` different terms have failed with no success between: one term that always fails must
 * not hide the others. After `openMs` one probe decides whether it closes again.
 */
export class CircuitBreaker {
  readonly #limits: { readonly failuresToOpen: number; readonly openMs: number };
  readonly #now: () => number;
  readonly #failing = new Set<string>();
  #openUntil: number | undefined;
  #probing = false;

  constructor(
    limits: { readonly failuresToOpen: number; readonly openMs: number },
    now: () => number,
  ) {
    this.#limits = limits;
    this.#now = now;
  }

  state(): BreakerState {
    if (this.#openUntil === undefined) return 'closed';
    return this.#now() < this.#openUntil ? 'open' : 'half-open';
  }

  /** Whether a look-up may start now; in half-open state the caller becomes the probe and must report its outcome. */
  admits(): boolean {
    const state = this.state();
    if (state === 'closed') return true;
    if (state === 'open' || this.#probing) return false;
    this.#probing = true;
    return true;
  }

  /** A look-up was answered; true when that closed the breaker. */
  succeeded(): boolean {
    this.#failing.clear();
    this.#probing = false;
    const wasOpen = this.#openUntil !== undefined;
    this.#openUntil = undefined;
    return wasOpen;
  }

  /** A look-up got no answer; true when that opened the breaker (again). */
  failed(term: string): boolean {
    this.#failing.add(term);
    this.#probing = false;
    const state = this.state();
    if (state === 'open') return false;
    if (state === 'closed' && this.#failing.size < this.#limits.failuresToOpen) return false;
    this.#openUntil = this.#now() + this.#limits.openMs;
    return true;
  }
}
