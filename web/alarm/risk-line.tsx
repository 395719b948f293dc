import type { JSX } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { termsOf, unrounded } from './risk-terms.ts';

/** The risk in one line: `5 × 5 × 5 ÷ 25 = 5 Medium`, with what the terms are. */
export function RiskLine({ detail }: { readonly detail: AlarmDetail }): JSX.Element {
  const { risk, risk_class: riskClass } = detail.alarm;
  const terms = termsOf(detail);
  if (terms === null) return <p>Risk {risk}. Its terms were not recorded.</p>;
  const { priority, reliability, assetValue, asset, stage } = terms;
  const exact = unrounded(terms);
  const isRounded = exact !== risk;
  return (
    <p>
      {priority} × {reliability} × {assetValue} ÷ 25 = {isRounded && `${exactText(exact)}, `}
      {risk} {riskClass}{' '}
      <span class="mut">
        priority, reliability of stage {stage}, asset value{asset === '' ? '' : ` of ${asset}`}
        {isRounded && ', rounded down'}
      </span>
    </p>
  );
}

/** At most two decimals: 25 divides to no more. */
export function exactText(value: number): string {
  return String(Math.round(value * 100) / 100);
}
