import type { JSX } from 'preact';
import type { AlarmDetail, StageView } from '../../server/schemas/alarm-detail.ts';
import { riskClassOf } from '../controls/risk-chip.tsx';
import { Time } from '../controls/time.tsx';
import { formatDuration } from '../format/durations.ts';
import { formatCount } from '../format/numbers.ts';
import { ruleWords, toText } from '../ladder/rule-words.ts';
import { contextOf, type stageContexts } from './stage-context.ts';

export interface StageTableProps {
  readonly detail: AlarmDetail;
  readonly contexts: ReturnType<typeof stageContexts>;
}

/** The ladder as a table of its numbers. */
export function StageTable({ detail, contexts }: StageTableProps): JSX.Element {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Stages as a table">
      <table class="dense stages">
        <thead>
          <tr>
            <th>Stage</th>
            <th>Needed</th>
            <th class="num">Came</th>
            <th>Began</th>
            <th>Ended</th>
            <th>Allowed</th>
            <th>Risk then</th>
          </tr>
        </thead>
        <tbody>
          {detail.stages.map((stage) => (
            <tr key={stage.stage}>
              <td>
                {stage.stage} {stage.name}
              </td>
              <td class="wrap">
                {toText(ruleWords(stage.rule, contextOf(contexts, stage.stage)))}
              </td>
              <td class="num">
                {formatCount(stage.came)} of {formatCount(stage.needed)}
              </td>
              <td>{stage.started !== null && <Time at={stage.started} precision="second" />}</td>
              <td>{endOf(stage)}</td>
              <td>{stage.rule.timeout > 0 && formatDuration(stage.rule.timeout)}</td>
              <td>{riskOf(stage, detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function endOf({ state, ended, deadline }: StageView): JSX.Element | string {
  if (ended !== null) return <Time at={ended} precision="second" />;
  if (state === 'timeout') return 'timed out';
  if (deadline === null) return '';
  return (
    <>
      waits until <Time at={deadline} precision="second" />
    </>
  );
}

function riskOf(
  { risk, would_be: wouldBe }: StageView,
  { risk_bounds: bounds }: AlarmDetail,
): string {
  const value = risk?.risk ?? wouldBe;
  if (value === null) return '';
  const text = `${String(value)} ${riskClassOf(value, bounds)}`.trim();
  return risk === null ? `would be ${text}` : text;
}
