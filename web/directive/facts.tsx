import type { JSX } from 'preact';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';
import { session } from '../api/session.ts';
import { Fact } from '../controls/fact.tsx';
import { alarmsOf } from '../directives/alarm-counts.tsx';
import { backlogsOf } from '../directives/directive-row.tsx';
import { FALSE_POSITIVE } from '../directives/use-entries.ts';
import { formatCount } from '../format/numbers.ts';
import type { DirectiveDetail, Facets } from './use-directive.ts';

export interface FactsProps {
  readonly detail: DirectiveDetail;
  readonly source: DirectiveSource | null;
  readonly statistics: DirectiveStatisticsView | null;
  readonly facets: Facets | null;
}

/** The directive's figures in one row. */
export function Facts({ detail, source, statistics, facets }: FactsProps): JSX.Element {
  const { id, backlogs } = detail;
  const counts = new Map(facets?.risk.values.map(({ value, count }) => [value, count]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const falseOnes = facets?.tag.values.find(({ value }) => value === FALSE_POSITIVE)?.count ?? 0;
  const hasTag = session.value?.tags.includes(FALSE_POSITIVE) === true;
  return (
    <dl class="sum">
      {source !== null && <Fact name="Priority">{source.priority} of 5</Fact>}
      {source !== null && (
        <Fact name="Kingdom, category">
          {source.kingdom}, {source.category}
        </Fact>
      )}
      <Fact name="Live backlogs">
        {backlogs === 0 ? (
          0
        ) : (
          <a class="link" href={backlogsOf(id)}>
            {formatCount(backlogs)}
          </a>
        )}
      </Fact>
      {facets !== null && (
        <Fact name="Alarms, 7 d">
          {total === 0 ? (
            0
          ) : (
            <a class="link" href={alarmsOf(id, '7d')}>
              {formatCount(total)}
            </a>
          )}{' '}
          <span class="mut">{classWords(counts)}</span>
        </Fact>
      )}
      {hasTag && total > 0 && (
        <Fact name="Tagged False Positive">
          {formatCount(falseOnes)} of {formatCount(total)}
        </Fact>
      )}
      <Fact name="Events, 24 h">{formatCount(statistics?.events_day ?? 0)}</Fact>
      {statistics !== null && statistics.work_seconds > 0 && (
        <Fact name="Cost">{costWords(statistics)}</Fact>
      )}
    </dl>
  );
}

function classWords(counts: ReadonlyMap<string, number>): string {
  return ['High', 'Medium', 'Low']
    .flatMap((name) => {
      const count = counts.get(name) ?? 0;
      return count === 0 ? [] : [`${formatCount(count)} ${name}`];
    })
    .join(', ');
}

function costWords({ work_seconds: seconds, events }: DirectiveStatisticsView): string {
  const micros = (seconds / events) * 1e6;
  const text = micros < 10 ? micros.toFixed(1) : formatCount(Math.round(micros));
  return `${text}\u00a0µs an event`;
}
