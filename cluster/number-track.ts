/** Whether numbers were seen for the first time. */
export type Sighting = 'new' | 'seen';

interface Gap {
  readonly first: number;
  /** The number after its last. */
  readonly end: number;
  readonly sinceMs: number;
}

/** Which numbers of one run of a frontend have come, and which are missing. */
export interface NumberTrack {
  /** The number after the highest one that is known of. */
  readonly next: number;
  /** Numbers that are missing and may still come. */
  readonly waiting: number;
  /** Numbers `first` to `first + count - 1` came together. */
  take(first: number, count: number, nowMs: number): Sighting;
  /** The frontend has given out every number below `end`. */
  expect(end: number, nowMs: number): void;
  /** The numbers below `end` from `first` on were given out for nothing: their events were refused. */
  forgive(first: number, end: number): void;
  /** How many numbers are missing for longer than the wait; they are not missed again. */
  giveUp(nowMs: number): number;
}

/** A track whose first number to come is `next`; `waitMs` is how long a message may be overtaken by others. */
export function createNumberTrack(next: number, waitMs: number): NumberTrack {
  let end = next;
  let gaps: Gap[] = [];

  function expect(wanted: number, nowMs: number): void {
    if (wanted <= end) return;
    gaps.push({ first: end, end: wanted, sinceMs: nowMs });
    end = wanted;
  }

  /** Several of our messages never share a number, so one that fills a gap lies within it. */
  function fill(first: number, last: number): boolean {
    const gap = gaps.find((candidate) => candidate.first <= first && last <= candidate.end);
    if (gap === undefined) return false;
    gaps = gaps.flatMap((candidate) => (candidate === gap ? split(gap, first, last) : [candidate]));
    return true;
  }

  return {
    get next() {
      return end;
    },
    get waiting() {
      return gaps.reduce((sum, gap) => sum + gap.end - gap.first, 0);
    },
    take: (first, count, nowMs) => {
      const last = first + count;
      if (first < end) return fill(first, last) ? 'new' : 'seen';
      expect(first, nowMs);
      end = last;
      return 'new';
    },
    expect,
    forgive: (first, last) => {
      gaps = gaps.flatMap((gap) => split(gap, first, last));
    },
    giveUp: (nowMs) => {
      if (gaps.length === 0) return 0;
      const old = gaps.filter(({ sinceMs }) => nowMs - sinceMs >= waitMs);
      gaps = gaps.filter((gap) => !old.includes(gap));
      return old.reduce((sum, gap) => sum + gap.end - gap.first, 0);
    },
  };
}

function split({ first, end, sinceMs }: Gap, from: number, to: number): Gap[] {
  const parts = [
    { first, end: Math.min(end, from), sinceMs },
    { first: Math.max(first, to), end, sinceMs },
  ];
  return parts.filter((part) => part.first < part.end);
}
