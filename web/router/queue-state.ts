// What the alarm queue shows, as its address says it (UI.md §1): filters, text, time, order, preview.
import { formatAddress } from './address.ts';

/** What alarms can be filtered by; each can be excluded too. */
export const FILTER_KEYS = [
  'risk',
  'progress',
  'tag',
  'directive',
  'from',
  'to',
  'address',
  'assignee',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export type Filters = Readonly<Partial<Record<FilterKey, readonly string[]>>>;

export interface QueueState {
  /** null: the first status; ALL_STATUSES: every one. */
  readonly status: string | null;
  readonly is: Filters;
  readonly not: Filters;
  readonly q: string;
  /** `7d` or `<from>..<to>` in Unix seconds; empty: no bound. A relative one stays relative. */
  readonly time: string;
  /** A key of the alarm list, with `-` in front for descending. */
  readonly sort: string;
  /** The alarm in the preview; empty: none. */
  readonly peek: string;
}

export const ALL_STATUSES = '*';
const DEFAULT_SORT = '-last';

export const EMPTY_QUEUE: QueueState = {
  status: null,
  is: {},
  not: {},
  q: '',
  time: '',
  sort: DEFAULT_SORT,
  peek: '',
};

/** Reads the query of `#/alarms`. */
export function parseQueueState(query: URLSearchParams): QueueState {
  return {
    status: query.get('status'),
    is: readFilters(query, ''),
    not: readFilters(query, 'not.'),
    q: query.get('q') ?? '',
    time: query.get('time') ?? '',
    sort: query.get('sort') ?? DEFAULT_SORT,
    peek: query.get('peek') ?? '',
  };
}

/** The address of a queue; what is as by default is left out. */
export function queueAddress(state: Partial<QueueState>): string {
  const { status, is, not, q, time, sort, peek } = { ...EMPTY_QUEUE, ...state };
  return formatAddress(
    ['alarms'],
    [
      ['status', status ?? ''],
      ...writeFilters(is, ''),
      ...writeFilters(not, 'not.'),
      ['q', q],
      ['time', time],
      ['sort', sort === DEFAULT_SORT ? '' : sort],
      ['peek', peek],
    ],
  );
}

/** The query of GET /api/alarms, its facets and its export for a queue; `firstStatus` is what null stands for. */
export function toApiQuery(state: QueueState, firstStatus: string): URLSearchParams {
  const { status, is, not, q, time, sort } = state;
  const query = new URLSearchParams();
  if (status !== ALL_STATUSES) query.set('status', status ?? firstStatus);
  for (const [key, value] of [...writeFilters(is, ''), ...writeFilters(not, 'not.')]) {
    query.set(key, value);
  }
  if (q !== '') query.set('q', q);
  if (time !== '') query.set('time', time);
  query.set('sort', sort);
  return query;
}

/** The state with `value` set as a filter, or removed when it is one already; `mode` not excludes it. */
export function toggleFilter(
  state: QueueState,
  { key, value, mode }: { key: FilterKey; value: string; mode: 'is' | 'not' },
): QueueState {
  const values = state[mode][key] ?? [];
  const other = mode === 'is' ? 'not' : 'is';
  const kept = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return {
    ...state,
    [mode]: withValues(state[mode], key, kept),
    [other]: withValues(
      state[other],
      key,
      (state[other][key] ?? []).filter((one) => one !== value),
    ),
  };
}

/** How many filters narrow the queue; text and time are one each. */
export function countFilters({ is, not, q, time }: QueueState): number {
  const values = FILTER_KEYS.reduce(
    (sum, key) => sum + (is[key]?.length ?? 0) + (not[key]?.length ?? 0),
    0,
  );
  return values + (q === '' ? 0 : 1) + (time === '' ? 0 : 1);
}

function readFilters(query: URLSearchParams, prefix: string): Filters {
  return FILTER_KEYS.reduce<Filters>((filters, key) => {
    const values = query
      .getAll(`${prefix}${key}`)
      .flatMap((text) => text.split(','))
      .filter(Boolean);
    return withValues(filters, key, [...new Set(values)]);
  }, {});
}

function writeFilters(filters: Filters, prefix: string): [string, string][] {
  return FILTER_KEYS.flatMap((key): [string, string][] => {
    const values = filters[key];
    return values === undefined ? [] : [[`${prefix}${key}`, values.join(',')]];
  });
}

function withValues(filters: Filters, key: FilterKey, values: readonly string[]): Filters {
  const rest = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== key));
  return values.length === 0 ? rest : { ...rest, [key]: values };
}
