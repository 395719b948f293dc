// What the address of the live backlogs says.
import { isNetworkFault, parseNetwork } from '../../core/address/network.ts';
import { formatAddress } from '../router/address.ts';

export const BACKLOG_SORTS = ['deadline', 'opened', 'stage'] as const;
export type BacklogSortKey = (typeof BACKLOG_SORTS)[number];

export interface BacklogsState {
  readonly q: string;
  /** null: of all. */
  readonly directive: number | null;
  readonly sort: BacklogSortKey;
  readonly descending: boolean;
}

const FIRST_SORT = 'deadline';

/** Reads the query of `#/directives/backlogs`. */
export function parseBacklogsState(query: URLSearchParams): BacklogsState {
  const directive = query.get('directive') ?? '';
  const sort = query.get('sort') ?? FIRST_SORT;
  const name = sort.replace(/^-/, '');
  return {
    q: query.get('q') ?? '',
    directive: /^\d{1,15}$/.test(directive) ? Number(directive) : null,
    sort: BACKLOG_SORTS.find((key) => key === name) ?? FIRST_SORT,
    descending: sort.startsWith('-'),
  };
}

/** The address of the list; what is as by default is left out. */
export function backlogsAddress(state: BacklogsState): string {
  const { q, directive } = state;
  const sort = sortName(state);
  return formatAddress(
    ['directives', 'backlogs'],
    [
      ['directive', directive === null ? '' : String(directive)],
      ['q', q],
      ['sort', sort === FIRST_SORT ? '' : sort],
    ],
  );
}

/** The query of `/api/backlogs` for it: an address or CIDR is looked for by the engine, other texts in what is loaded. */
export function backlogsQuery(state: BacklogsState): Readonly<Record<string, string>> {
  const { q, directive } = state;
  return {
    sort: sortName(state),
    ...(directive === null ? {} : { directive: String(directive) }),
    ...(isAddress(q) ? { address: q.trim() } : {}),
  };
}

/** Whether a search is for an address or a network. */
export function isAddress(q: string): boolean {
  return !isNetworkFault(parseNetwork(q.trim()));
}

function sortName({ sort, descending }: BacklogsState): string {
  return `${descending ? '-' : ''}${sort}`;
}
