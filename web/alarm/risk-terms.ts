// The sum by which a risk came about (SPEC §5): priority × reliability × asset value ÷ 25, rounded down.
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';

export interface RiskTerms {
  readonly stage: number;
  readonly priority: number;
  readonly reliability: number;
  readonly assetValue: number;
  /** Whose asset value counted: a name, or an address; empty for none. */
  readonly asset: string;
  readonly risk: number;
}

/** The terms of the stage that gave the alarm its risk; null when they were not recorded. */
export function termsOf({ alarm, risks, names }: AlarmDetail): RiskTerms | null {
  const recorded = risks.findLast(({ risk }) => risk === alarm.risk);
  if (recorded === undefined) return null;
  const { stage, priority, reliability, asset_value: assetValue, address, risk } = recorded;
  return { stage, priority, reliability, assetValue, asset: names[address] ?? address, risk };
}

/** The terms of the stage under way, by the asset value of today; null when it would not change the risk upwards or is not known. */
export function nextTermsOf({ stages, risks, addresses }: AlarmDetail): RiskTerms | null {
  const next = stages.find(({ would_be: risk }) => risk !== null);
  const priority = risks.at(-1)?.priority;
  if (next === undefined || next.would_be === null || priority === undefined) return null;
  const highest = addresses.toSorted((left, right) => right.value - left.value)[0];
  const { stage, rule, would_be: risk } = next;
  return {
    ...{ stage, priority, reliability: rule.reliability, risk },
    assetValue: highest?.value ?? 0,
    asset: highest === undefined ? '' : highest.name || highest.ip,
  };
}

/** The number before it is rounded: `7.2`. */
export function unrounded({ priority, reliability, assetValue }: RiskTerms): number {
  return (priority * reliability * assetValue) / 25;
}
