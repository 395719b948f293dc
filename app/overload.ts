/** The overload state of SPEC §9: raised by a late event, cleared when none came for the hold time. */
export interface Overload {
  raise(): void;
  isRaised(): boolean;
}

/** Not overloaded; `holdMs` after the last signal it is so again. */
export function createOverload(holdMs: number, monotonicMs: () => number): Overload {
  let until = Number.NEGATIVE_INFINITY;
  return {
    raise: () => {
      until = monotonicMs() + holdMs;
    },
    isRaised: () => monotonicMs() < until,
  };
}
