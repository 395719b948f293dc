import type { StatusView } from '../../server/schemas/status.ts';

type Finding = NonNullable<StatusView['findings']>[number];

/** What is lacking because of these backends; empty without one. */
export function missingWords(missing: readonly string[]): string {
  const last = missing.at(-1);
  if (last === undefined) return '';
  if (missing.length === 1) {
    return `Backend ${last} does not answer: what it has is not in these lists and counts.`;
  }
  const others = missing.slice(0, -1).join(', ');
  return `Backends ${others} and ${last} do not answer: what they have is not in these lists and counts.`;
}

/** Findings as sentences, without those that `missingWords` tells. */
export function findingWords(
  findings: readonly Finding[],
  missing: readonly string[],
): readonly string[] {
  return findings
    .filter(
      ({ code, nodes = [] }) =>
        code !== 'node_away' || nodes.some((node) => !missing.includes(node)),
    )
    .map(({ message }) => `${message.replace(/^[a-z]+ /, capitalize)}.`);
}

function capitalize(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
