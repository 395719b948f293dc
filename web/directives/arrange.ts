// Which directives a tab shows, and in which order.
import { formatAddress } from '../router/address.ts';
import { falseShare, totalAlarms, type DirectiveEntry } from './entry.ts';
import { findSilence, isMostlyFalse, isOff, neverCompletes } from './judge.ts';

export const VIEWS = [
  { view: 'all', label: 'All' },
  { view: 'silent', label: 'Silent' },
  { view: 'false', label: 'Mostly false positive' },
  { view: 'incomplete', label: 'Never completes' },
  { view: 'off', label: 'Off' },
] as const;
export type View = (typeof VIEWS)[number]['view'];

export const SORT_KEYS = ['id', 'name', 'live', 'alarms', 'false', 'events', 'last'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Time spans that alarms can be counted over, with their words; the first is the usual one. */
export const SPANS = [
  { span: '7d', label: '7 d' },
  { span: '24h', label: '24 h' },
  { span: '30d', label: '30 d' },
  { span: '', label: 'all' },
] as const;
export type Span = (typeof SPANS)[number]['span'];

/** What the address of the table says. */
export interface TableState {
  readonly view: View;
  readonly q: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly span: Span;
}

const DEFAULT: TableState = { view: 'all', q: '', sort: 'alarms', descending: true, span: '7d' };

/** Reads the query of `#/directives`. */
export function parseTableState(query: URLSearchParams): TableState {
  const sort = query.get('sort') ?? '-alarms';
  const name = sort.replace(/^-/, '');
  const time = query.get('time') ?? DEFAULT.span;
  return {
    view: VIEWS.find(({ view }) => view === query.get('view'))?.view ?? DEFAULT.view,
    q: query.get('q') ?? '',
    sort: SORT_KEYS.find((key) => key === name) ?? DEFAULT.sort,
    descending: sort.startsWith('-'),
    span: SPANS.find(({ span }) => (span || 'all') === time)?.span ?? DEFAULT.span,
  };
}

/** The address of the table; what is as by default is left out. */
export function tableAddress(state: Partial<TableState>): string {
  const { view, q, sort, descending, span } = { ...DEFAULT, ...state };
  const order = `${descending ? '-' : ''}${sort}`;
  return formatAddress(
    ['directives'],
    [
      ['view', view === DEFAULT.view ? '' : view],
      ['q', q],
      ['sort', order === '-alarms' ? '' : order],
      ['time', span === DEFAULT.span ? '' : span || 'all'],
    ],
  );
}

/** Whether a tab shows a directive, at `now` in Unix seconds. */
export function isInView(entry: DirectiveEntry, view: View, now: number): boolean {
  switch (view) {
    case 'all':
      return true;
    case 'silent':
      return findSilence(entry, now) !== null;
    case 'false':
      return isMostlyFalse(entry);
    case 'incomplete':
      return neverCompletes(entry);
    case 'off':
      return isOff(entry);
  }
}

/** Whether the text is in its name or file, or is how its id or one of its plugins begins. */
function fitsText({ row }: DirectiveEntry, q: string): boolean {
  const text = q.trim().toLowerCase();
  if (text === '') return true;
  if (String(row.id).startsWith(text)) return true;
  const { name, file, sources } = row;
  return [name, file, ...sources].some((held) => held.toLowerCase().includes(text));
}

/** The ids of the directives to show, in their order. */
export function arrange(
  entries: readonly DirectiveEntry[],
  { view, q, sort, descending }: TableState,
  now: number,
): readonly number[] {
  const direction = descending ? -1 : 1;
  return entries
    .filter((entry) => isInView(entry, view, now) && fitsText(entry, q))
    .map((entry) => ({ id: entry.row.id, values: valuesOf(entry, sort) }))
    .sort((left, right) => compare(left.values, right.values) * direction || left.id - right.id)
    .map(({ id }) => id);
}

type Values = readonly (string | number)[];

function valuesOf({ row, statistics, alarms }: DirectiveEntry, key: SortKey): Values {
  switch (key) {
    case 'id':
      return [row.id];
    case 'name':
      return [row.name.toLowerCase()];
    case 'live':
      return [row.backlogs];
    case 'alarms':
      return [alarms.high, alarms.medium, alarms.low];
    case 'false':
      return [falseShare(alarms) ?? -1, totalAlarms(alarms)];
    case 'events':
      return [statistics?.events_day ?? 0];
    case 'last':
      return [statistics?.last_event ?? 0];
  }
}

function compare(left: Values, right: Values): number {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (other === undefined || value === other) continue;
    return value < other ? -1 : 1;
  }
  return 0;
}
