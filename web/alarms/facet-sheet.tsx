import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.ts';
import { EmptyState, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { Sheet } from '../controls/sheet.tsx';
import { countOf } from '../format/numbers.ts';
import type { QueueState } from '../router/queue-state.ts';
import { FacetValue, type FacetKey } from './facet-value.tsx';
import type { Facets } from './list/facet-counts.ts';
import { keyWords, valueWords } from './list/filter-words.ts';
import { shownQueue } from './queue-store.ts';

/** More than anybody reads; the search finds the others among the first thousand only, and says so. */
const MOST_VALUES = 1000;
const MOST_SHOWN = 300;

/** Every value of a filter, to be searched. */
export function FacetSheet(props: {
  readonly facetKey: FacetKey;
  readonly state: QueueState;
  readonly close: () => void;
}): JSX.Element {
  const { facetKey, state, close } = props;
  const [text, setText] = useState('');
  const query = new URLSearchParams(shownQueue.value?.key ?? '');
  query.delete('sort');
  query.set('facet', facetKey);
  query.set('limit', String(MOST_VALUES));
  const path = `/alarms/facets?${query.toString()}`;
  const { body, error, reload } = useAnswer<Facets>(path, { keep: true });
  const wanted = text.trim().toLowerCase();
  const found = (body?.[facetKey].values ?? []).filter(({ value }) =>
    `${valueWords(facetKey, value, body?.names)} ${value}`.toLowerCase().includes(wanted),
  );
  const rest = body?.[facetKey].rest.values ?? 0;
  return (
    <Sheet title={keyWords(facetKey)} close={close}>
      <label class="field sheet-search">
        <span class="sr">Search values</span>
        <input
          type="search"
          placeholder="Name or value"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
        />
      </label>
      {error !== null && <ErrorState error={error} retry={reload} />}
      {body === null && error === null && <LoadingRows columns={2} />}
      {body !== null && (
        <div class="facets whole">
          <ul>
            {found.slice(0, MOST_SHOWN).map(({ value, count }) => (
              <FacetValue key={value} {...{ facetKey, value, count, state, names: body.names }} />
            ))}
          </ul>
          {found.length === 0 && <EmptyState title="No value matches" />}
          <p class="dim">
            {found.length > MOST_SHOWN &&
              `${countOf(found.length - MOST_SHOWN, 'further value')}: search to see them. `}
            {rest > 0 && `${countOf(rest, 'rarer value')} not listed: narrow the queue first.`}
          </p>
        </div>
      )}
    </Sheet>
  );
}
