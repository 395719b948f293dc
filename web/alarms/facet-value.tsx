import type { JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import { formatCount } from '../format/numbers.ts';
import { toggleFilter, type QueueState } from '../router/queue-state.ts';
import type { Facets } from './list/facet-counts.ts';
import { keyWords, valueWords, type FilterMode } from './list/filter-words.ts';
import { changeQueue } from './use-queue.ts';

/** What alarms are counted by beside their status. */
export type FacetKey = 'risk' | 'progress' | 'tag' | 'directive' | 'from' | 'to';

export interface FacetValueProps {
  readonly facetKey: FacetKey;
  readonly value: string;
  readonly count: number;
  readonly state: QueueState;
  readonly names: Facets['names'];
}

/** One value of a filter with its count. */
export function FacetValue({ facetKey, value, count, state, names }: FacetValueProps): JSX.Element {
  const words = valueWords(facetKey, value, names);
  const isSet = state.is[facetKey]?.includes(value) === true;
  const isExcluded = state.not[facetKey]?.includes(value) === true;
  const toggle = (mode: FilterMode): void => {
    changeQueue(toggleFilter(state, { key: facetKey, value, mode }));
  };
  return (
    <li class={isExcluded ? 'not' : undefined}>
      <button
        type="button"
        aria-pressed={isSet}
        data-tip={words === value ? undefined : `${words}\n${value}`}
        onClick={(event) => {
          toggle(event.altKey ? 'not' : 'is');
        }}
      >
        <span>
          {facetKey === 'risk' && <i class={`dots ${value.toLowerCase()}`} />}
          {words}
        </span>
        <span class={count === 0 ? 'dim' : undefined}>{formatCount(count)}</span>
      </button>
      <button
        type="button"
        class="exclude"
        aria-pressed={isExcluded}
        aria-label={`${isExcluded ? 'No longer exclude' : 'Exclude'} ${keyWords(facetKey)}: ${words}`}
        onClick={() => {
          toggle('not');
        }}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
