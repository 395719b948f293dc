import type { JSX } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { RiskChip, riskClassOf } from '../controls/risk-chip.tsx';
import { exactText } from './risk-line.tsx';
import { nextTermsOf, termsOf, unrounded, type RiskTerms } from './risk-terms.ts';

/** The risk as a sum, a line a term, and what the next stage would make it. */
export function RiskSum({ detail }: { readonly detail: AlarmDetail }): JSX.Element {
  const { risk, risk_class: riskClass } = detail.alarm;
  const terms = termsOf(detail);
  const next = nextTermsOf(detail);
  return (
    <section aria-label="Risk">
      <h2>
        Risk <RiskChip risk={risk} riskClass={risk === 0 ? '' : riskClass} />
      </h2>
      {terms === null ? (
        <p class="mut">Risk {risk}. Its terms were not recorded.</p>
      ) : (
        <Terms terms={terms} detail={detail} />
      )}
      {next !== null && <Next terms={next} detail={detail} />}
    </section>
  );
}

interface TermsProps {
  readonly terms: RiskTerms;
  readonly detail: AlarmDetail;
}

function Terms({ terms, detail }: TermsProps): JSX.Element {
  const { priority, reliability, assetValue, stage } = terms;
  return (
    <div class="terms">
      <Term sign="" value={String(priority)} text="priority of the directive" />
      <Term sign="×" value={String(reliability)} text={`reliability of stage ${String(stage)}`} />
      <Term sign="×" value={String(assetValue)} text={assetWords(terms, detail)} />
      <Term sign="÷" value="25" text="" />
      <Term sign="=" value={exactText(unrounded(terms))} text={resultWords(terms, detail)} result />
    </div>
  );
}

interface TermProps {
  readonly sign: string;
  readonly value: string;
  readonly text: string;
  readonly result?: boolean;
}

function Term({ sign, value, text, result = false }: TermProps): JSX.Element {
  return (
    <div class={result ? 'result' : undefined}>
      <span class="sign">{sign}</span>
      <b>{value}</b>
      <span>{text}</span>
    </div>
  );
}

function Next({ terms, detail }: TermsProps): JSX.Element {
  const { priority, reliability, assetValue, stage, risk } = terms;
  const exact = unrounded(terms);
  return (
    <p class="note">
      If stage {stage} finishes: {priority} × {reliability} × {assetValue} ÷ 25 ={' '}
      {exact !== risk && `${exactText(exact)}, `}
      <span class="of-text">
        {risk} {riskClassOf(risk, detail.risk_bounds)}
      </span>
    </p>
  );
}

function assetWords({ asset }: RiskTerms, { addresses }: AlarmDetail): string {
  if (asset === '') return 'asset value: none is known';
  const of = `asset value of ${asset}`;
  return addresses.length > 1 ? `${of}, the highest of ${String(addresses.length)}` : of;
}

function resultWords(terms: RiskTerms, { risk_bounds: bounds }: AlarmDetail): string {
  const { risk } = terms;
  const bound = {
    High: `High above ${String(bounds.high_above)}`,
    Medium: `Medium from ${String(bounds.medium_from)}`,
    Low: `Low below ${String(bounds.medium_from)}`,
    '': 'no alarm',
  }[riskClassOf(risk, bounds)];
  return unrounded(terms) === risk ? bound : `rounded down to ${String(risk)}, ${bound}`;
}
