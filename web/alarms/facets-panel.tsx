import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { StackedBars } from '../charts/stacked-bars.tsx';
import { countOf, formatCount } from '../format/numbers.ts';
import type { QueueState } from '../router/queue-state.ts';
import { FacetSheet } from './facet-sheet.tsx';
import { FacetValue, type FacetKey } from './facet-value.tsx';
import { keyWords } from './list/filter-words.ts';
import type { Facets } from './list/facet-counts.ts';
import { facets, HOUR, hourBars } from './queue-facets.ts';
import { changeQueue } from './use-queue.ts';

const KEYS = ['risk', 'progress', 'tag', 'directive', 'from', 'to'] as const;

const RISKS = ['High', 'Medium', 'Low'];

/** The filters with their counts; a click sets or removes one, alt-click or the cross excludes. */
export function FacetsPanel({ state }: { readonly state: QueueState }): JSX.Element {
  const [all, setAll] = useState<FacetKey | null>(null);
  const found = facets.value;
  return (
    <div class="facets">
      <ByHour />
      {found !== null &&
        KEYS.map((key) => (
          <FacetSection
            key={key}
            facetKey={key}
            {...{ state, found }}
            openAll={() => {
              setAll(key);
            }}
          />
        ))}
      {all !== null && (
        <FacetSheet
          facetKey={all}
          state={state}
          close={() => {
            setAll(null);
          }}
        />
      )}
    </div>
  );
}

function ByHour(): JSX.Element {
  const bars = hourBars.value;
  const totals = bars.map(({ low, medium, high }) => low + medium + high);
  const sum = totals.reduce((one, other) => one + other, 0);
  const label = `Alarms by hour over the last 24 hours: ${countOf(sum, 'alarm')}, at most ${formatCount(Math.max(0, ...totals))} an hour`;
  return (
    <section>
      <h2>
        Alarms by hour <span class="dim">24 h</span>
      </h2>
      <StackedBars
        {...{ bars, label, step: HOUR, height: 40 }}
        select={(from, to) => {
          changeQueue({ time: `${String(from)}..${String(to - 1)}` });
        }}
      />
    </section>
  );
}

interface FacetSectionProps {
  readonly facetKey: FacetKey;
  readonly state: QueueState;
  readonly found: Facets;
  readonly openAll: () => void;
}

function FacetSection({ facetKey, state, found, openAll }: FacetSectionProps): JSX.Element | null {
  const { values, rest } = found[facetKey];
  const shown = facetKey === 'risk' ? RISKS.map((value) => withCount(values, value)) : values;
  if (shown.length === 0) return null;
  return (
    <section aria-label={keyWords(facetKey)}>
      <h2>{keyWords(facetKey)}</h2>
      <ul>
        {shown.map(({ value, count }) => (
          <FacetValue key={value} {...{ facetKey, value, count, state, names: found.names }} />
        ))}
      </ul>
      {rest.values > 0 && (
        <button type="button" class="more-values" onClick={openAll}>
          {formatCount(rest.values)} more<span class="sr"> of {keyWords(facetKey)}</span>
        </button>
      )}
    </section>
  );
}

function withCount(
  values: Facets['risk']['values'],
  wanted: string,
): { readonly value: string; readonly count: number } {
  return values.find(({ value }) => value === wanted) ?? { value: wanted, count: 0 };
}
