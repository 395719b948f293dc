import type { RiskClass } from './alarm-record.ts';

/** Risk 0..10 of SPEC §5: floor(priority × reliability × asset value / 25). */
export function calculateRisk(priority: number, reliability: number, assetValue: number): number {
  return Math.floor((priority * reliability * assetValue) / 25);
}

/** The class of a risk under the bounds of --med_risk_min and --med_risk_max. */
export function classifyRisk(
  risk: number,
  { medRiskMin, medRiskMax }: { medRiskMin: number; medRiskMax: number },
): RiskClass {
  if (risk < medRiskMin) return 'Low';
  return risk > medRiskMax ? 'High' : 'Medium';
}
