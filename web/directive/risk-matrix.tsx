import type { JSX } from 'preact';
import { calculateRisk } from '../../core/alarm/risk.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import { session } from '../api/session.ts';
import { RiskChip, riskClassOf } from '../controls/risk-chip.tsx';

const ASSET_VALUES = [1, 2, 3, 4, 5];

/** The risk that each stage gives with each asset value. */
export function RiskMatrix({ source }: { readonly source: DirectiveSource }): JSX.Element | null {
  const bounds = session.value?.risk_bounds;
  if (bounds === undefined) return null;
  const rules = [...source.rules].sort((left, right) => left.stage - right.stage);
  return (
    <section>
      <h2>Risk by stage and asset value</h2>
      <table class="mx">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            {ASSET_VALUES.map((value) => (
              <th key={value} scope="col">
                <span class="sr">Asset value </span>
                {value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map(({ stage, reliability }) => (
            <tr key={stage}>
              <th scope="row">
                {stage}
                <span class="dim">, reliability {reliability}</span>
              </th>
              {ASSET_VALUES.map((value) => {
                const risk = calculateRisk(source.priority, reliability, value);
                return (
                  <td key={value}>
                    <RiskChip risk={risk} riskClass={riskClassOf(risk, bounds)} bare />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        priority {source.priority} × reliability × asset value ÷ 25, rounded down. 0 raises no
        alarm.
      </p>
    </section>
  );
}
