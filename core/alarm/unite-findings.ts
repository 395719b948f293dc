import type { Finding } from './alarm-record.ts';

/** The union of both lists; the very same list when nothing is new. */
export function uniteFindings(
  known: readonly Finding[],
  found: readonly Finding[],
): readonly Finding[] {
  const fresh = found.filter(
    ({ provider, term, result }) =>
      !known.some(
        (other) => other.provider === provider && other.term === term && other.result === result,
      ),
  );
  return fresh.length === 0 ? known : [...known, ...fresh];
}
