import type { JSX } from 'preact';

export interface RiskChipProps {
  /** 0 to 10. */
  readonly risk: number;
  /** As the engine says it; empty for a risk of 0. */
  readonly riskClass: '' | 'Low' | 'Medium' | 'High';
  /** A risk that would be, drawn dashed. */
  readonly next?: boolean;
  /** The number alone, in matrices; the word is there for screen readers. */
  readonly bare?: boolean;
}

/** A risk as number and word: weight tells it, colour only agrees. */
export function RiskChip({
  risk,
  riskClass,
  next = false,
  bare = false,
}: RiskChipProps): JSX.Element {
  return (
    <span class={`risk ${riskClass || 'None'}${next ? ' next' : ''}`}>
      <b>{risk}</b>
      {riskClass !== '' && <span class={bare ? 'sr' : undefined}>{riskClass}</span>}
    </span>
  );
}

/** The class of a risk under the bounds that the engine told. */
export function riskClassOf(
  risk: number,
  { medium_from, high_above }: { readonly medium_from: number; readonly high_above: number },
): RiskChipProps['riskClass'] {
  if (risk <= 0) return '';
  if (risk > high_above) return 'High';
  return risk >= medium_from ? 'Medium' : 'Low';
}
