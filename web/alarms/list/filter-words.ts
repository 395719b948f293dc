// How filters are called in panel, chips and sheets.
import { FILTER_KEYS, type FilterKey, type QueueState } from '../../router/queue-state.ts';
import type { Facets } from './facet-counts.ts';

export type FilterMode = 'is' | 'not';

export interface FilterValue {
  readonly key: FilterKey;
  readonly value: string;
  readonly mode: FilterMode;
}

const KEY_WORDS: Readonly<Record<FilterKey, string>> = {
  ...{ risk: 'Risk', progress: 'Progress', tag: 'Tag', directive: 'Directive' },
  ...{ from: 'From', to: 'To', address: 'Address', assignee: 'Assignee' },
};
const PROGRESS_WORDS: Readonly<Record<string, string>> = {
  ...{ running: 'Under way', complete: 'Complete', timeout: 'Timed out' },
  ...{ stopped: 'Stopped', interrupted: 'Interrupted' },
};

/** What a filter is for, as its heading. */
export function keyWords(key: FilterKey): string {
  return KEY_WORDS[key];
}

/** A value as it is shown: names in place of directive ids and addresses where they are known. */
export function valueWords(
  key: FilterKey,
  value: string,
  names: Facets['names'] | undefined,
): string {
  switch (key) {
    case 'progress':
      return PROGRESS_WORDS[value] ?? value;
    case 'directive':
      return names?.directive[value] ?? value;
    case 'from':
    case 'to':
    case 'address':
      return names?.address[value] ?? value;
    case 'risk':
    case 'tag':
    case 'assignee':
      return value;
  }
}

/** Every value that narrows the queue, in the order of the panel. */
export function listFilters({ is, not }: QueueState): FilterValue[] {
  return FILTER_KEYS.flatMap((key) => [
    ...(is[key] ?? []).map((value) => ({ key, value, mode: 'is' as const })),
    ...(not[key] ?? []).map((value) => ({ key, value, mode: 'not' as const })),
  ]);
}
