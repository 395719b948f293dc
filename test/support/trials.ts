const SOAK_TRIALS = 1000;

/**
 * How often a randomised test repeats: `atSoak` times in `npm run soak`, a tenth of it (at least once) in `npm test`.
 * The environment variable TRIALS sets it, 1000 for a soak.
 */
export function trials(atSoak: number): number {
  const share = Number(process.env['TRIALS'] ?? SOAK_TRIALS / 10) / SOAK_TRIALS;
  return Math.max(1, Math.round(atSoak * share));
}
