import type { JSX } from 'preact';
import type { DirectiveSource, RuleSource } from '../../core/directive/directive-source.ts';
import type { DirectiveRow } from '../../server/schemas/directive.ts';
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';
import { Time } from '../controls/time.tsx';
import { Track } from '../controls/track.tsx';
import { formatCount } from '../format/numbers.ts';
import '../ladder/ladder.css';
import { LadderStep } from '../ladder/step.tsx';
import { NO_CONTEXT } from '../ladder/words.ts';
import { writtenFields } from './rule-fields.ts';
import { stageFigures } from './stage-figures.ts';

export interface RulesLadderProps {
  readonly source: DirectiveSource;
  readonly row: DirectiveRow;
  /** null: nothing has happened yet. */
  readonly statistics: DirectiveStatisticsView | null;
}

/** The stages of a directive: what each needs, as it is written, and how many backlogs finished it. */
export function RulesLadder({ source, row, statistics }: RulesLadderProps): JSX.Element {
  const rules = [...source.rules].sort((left, right) => left.stage - right.stage);
  return (
    <section class="blk">
      <header>
        <h2>Rules</h2>
        {source.all_rules_always_active === true && (
          <span class="mut">all rules always active: events of any stage count at any time</span>
        )}
        {statistics !== null && (
          <span class="note push">
            counted since <Time at={statistics.since} />
          </span>
        )}
      </header>
      <div class="ladder rules">
        <div class="hd" aria-hidden="true">
          <span />
          <span>Stage and what it needs</span>
          <span>As written</span>
          <span>Finished it</span>
        </div>
        <ol>
          {rules.map((rule) => (
            <Stage key={rule.stage} {...{ rule, row, statistics }} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function Stage({
  rule,
  row,
  statistics,
}: Omit<RulesLadderProps, 'source'> & { readonly rule: RuleSource }): JSX.Element {
  const live = row.backlogs_by_stage[rule.stage - 1] ?? 0;
  const figures = stageFigures(rule.stage, statistics?.stages ?? [], live);
  return (
    <LadderStep state="finished" quiet name={rule.name ?? ''} rule={rule} context={NO_CONTEXT}>
      <dl class="fields">
        {writtenFields({ ...rule }).map(({ keys, values }) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{values}</dd>
          </div>
        ))}
      </dl>
      <div class="came">
        <strong class="share">
          <span>{formatCount(figures.finished)}</span>
          <span class="mut">{figures.shareText}</span>
        </strong>
        <Track share={figures.share} />
        {figures.rest}
      </div>
    </LadderStep>
  );
}
