import type { JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import { nowMinute, zone } from '../format/clock.ts';
import { toggleFilter, type QueueState } from '../router/queue-state.ts';
import { keyWords, listFilters, valueWords } from './list/filter-words.ts';
import { spanWords } from './list/time-span.ts';
import { facets } from './queue-facets.ts';
import { changeQueue, clearFilters } from './use-queue.ts';

/** What narrows the queue, each to be taken away; nothing without filters. */
export function QueueChips({ state }: { readonly state: QueueState }): JSX.Element | null {
  const filters = listFilters(state);
  if (filters.length === 0 && state.q === '' && state.time === '') return null;
  const style = { zone: zone.value, now: nowMinute.value };
  return (
    <div class="active" role="group" aria-label="Active filters">
      {filters.map((filter) => {
        const words = valueWords(filter.key, filter.value, facets.value?.names);
        const text = `${filter.mode === 'not' ? 'Not ' : ''}${keyWords(filter.key)}: ${words}`;
        return (
          <Chip
            key={`${filter.mode}.${filter.key}.${filter.value}`}
            text={text}
            remove={() => {
              changeQueue(toggleFilter(state, filter));
            }}
          />
        );
      })}
      {state.q !== '' && (
        <Chip
          text={`Search: ${state.q}`}
          remove={() => {
            changeQueue({ q: '' });
          }}
        />
      )}
      {state.time !== '' && (
        <Chip
          text={`Time: ${spanWords(state.time, style)}`}
          remove={() => {
            changeQueue({ time: '' });
          }}
        />
      )}
      <button type="button" class="link" onClick={clearFilters}>
        Clear<span class="sr"> the filters</span>
      </button>
    </div>
  );
}

function Chip({
  text,
  remove,
}: {
  readonly text: string;
  readonly remove: () => void;
}): JSX.Element {
  return (
    <button type="button" class="chip" aria-label={`Remove ${text}`} onClick={remove}>
      <span class="clip">{text}</span>
      <Icon name="close" />
    </button>
  );
}
