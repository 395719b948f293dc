/** Numbers from 0 up to but not 1, the same ones for the same seed. */
export type Random = () => number;

/** A generator of good spread and no security (mulberry32) from a whole number. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the entries; undefined of none. */
export function pickOne<Entry>(entries: readonly Entry[], random: Random): Entry | undefined {
  return entries[Math.floor(random() * entries.length)];
}
