import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../controls/announce.ts';
import { Icon } from '../controls/icon.tsx';
import { KeyHint } from '../controls/key-hint.tsx';
import { useKeys } from '../controls/keyboard.ts';
import { EmptyState, ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { SearchField } from '../controls/search-field.tsx';
import { useMedia } from '../controls/use-media.ts';
import { countOf, formatCount } from '../format/numbers.ts';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { formatAddress } from '../router/address.ts';
import { address, navigate } from '../router/router.ts';
import { useKeptScroll } from '../router/use-kept-scroll.ts';
import { fitsBacklog, type BacklogList } from './backlog-list.ts';
import { alarmOf } from './backlog-row.tsx';
import { BacklogTable } from './backlog-table.tsx';
import { useListWindow } from './directive-table.tsx';
import './backlogs.css';
import './directives.css';
import { useBacklogs } from './use-backlogs.ts';
import { useEntries } from './use-entries.ts';
import { useRowCursor } from './use-row-cursor.ts';
import { ViewTabs } from './view-tabs.tsx';

interface BacklogsState {
  readonly q: string;
  /** null: of all. */
  readonly directive: number | null;
}

/** Which attacks are half-way? */
export function BacklogsPage(): JSX.Element {
  useTitle('Live backlogs · Directives');
  const state = parseState(address.value.query);
  const { entries } = useEntries('7d');
  const { list, error, renew, readMore } = useBacklogs(state.directive);
  const ofAll = state.directive === null ? (list?.total ?? null) : null;
  return (
    <div class="dirs">
      <div class="tools">
        <h1 class="sr">Live backlogs</h1>
        <ViewTabs entries={entries} state={null} backlogs={ofAll} />
        {list !== null && <Pill waiting={list.waiting.size} renew={renew} />}
        <span class="push tool-group">
          <SearchField
            label="Search live backlogs"
            placeholder="Title, address, id"
            value={state.q}
            search={(q) => {
              navigate(stateAddress({ ...state, q }), { replace: true });
            }}
          />
        </span>
      </div>
      <div>
        {state.directive !== null && <OneDirective state={state} />}
        {error !== null && list !== null && <ErrorBar error={error} retry={renew} />}
      </div>
      {list === null && error !== null && <ErrorState error={error} retry={renew} />}
      {list === null && error === null && <LoadingRows columns={7} />}
      {list !== null && <Rows {...{ list, state, renew, readMore }} />}
    </div>
  );
}

interface RowsProps {
  readonly list: BacklogList;
  readonly state: BacklogsState;
  readonly renew: () => void;
  readonly readMore: () => void;
}

function Rows({ list, state, renew, readMore }: RowsProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia('(max-width: 860px)');
  const rows = list.rows.filter((row) => fitsBacklog(row, state.q));
  const ids = rows.map(({ alarm_id: id }) => id);
  const { window, rowHeight, headHeight } = useListWindow(scroller, rows.length, isNarrow);
  const cursor = useRowCursor({ ids, scroller, rowHeight, headHeight });
  useKeptScroll(scroller, rows.length > 0);
  const isNearEnd = window.end >= rows.length;
  useEffect(() => {
    if (isNearEnd) readMore();
  }, [isNearEnd, list.next]);
  const open = (): void => {
    const row = rows.find(({ alarm_id: id }) => id === cursor.id);
    const to = row === undefined ? null : alarmOf(row);
    if (to !== null) navigate(to);
  };
  const openDirective = (): void => {
    const row = rows.find(({ alarm_id: id }) => id === cursor.id);
    if (row !== undefined) navigate(formatAddress(['directives', String(row.directive_id)]));
  };
  useKeys({
    j: {
      text: 'move down',
      run: () => {
        cursor.move(1);
      },
    },
    k: {
      text: 'move up',
      run: () => {
        cursor.move(-1);
      },
    },
    down: {
      text: '',
      run: () => {
        cursor.move(1);
      },
    },
    up: {
      text: '',
      run: () => {
        cursor.move(-1);
      },
    },
    'g g': {
      text: 'first backlog',
      run: () => {
        cursor.move(-rows.length);
      },
    },
    G: {
      text: 'last backlog',
      run: () => {
        cursor.move(rows.length);
      },
    },
    enter: { text: 'open the alarm', run: open },
    b: { text: 'its directive', run: openDirective },
    n: { text: 'take in new backlogs and the new order', run: renew },
  });
  const total = state.q === '' ? list.rows.length + Math.max(0, unread(list)) : rows.length;
  useFoot({
    hints: [
      ['j k', 'move'],
      ['enter', 'open its alarm'],
      ['b', 'its directive'],
      ['n', 'new order'],
      ['/', 'search'],
    ],
    place:
      rows.length === 0
        ? undefined
        : `${formatCount(window.from)}–${formatCount(window.to)} of ${formatCount(total)}`,
  });
  return (
    <div class="list" ref={scroller}>
      {rows.length === 0 ? (
        <Nothing list={list} state={state} />
      ) : (
        <BacklogTable rows={rows} cursor={cursor} window={window} />
      )}
    </div>
  );
}

/** Live backlogs that further pages would bring. */
function unread({ rows, total, waiting, next }: BacklogList): number {
  if (next === null) return 0;
  return total - waiting.size - rows.filter(({ ended }) => ended === undefined).length;
}

function Pill({
  waiting,
  renew,
}: {
  readonly waiting: number;
  readonly renew: () => void;
}): JSX.Element {
  const text = countOf(waiting, 'new backlog');
  useEffect(() => {
    if (waiting > 0) announce(text);
  }, [waiting > 0]);
  if (waiting === 0) return <></>;
  return (
    <button type="button" class="pill" onClick={renew}>
      <Icon name="up" />
      {text} <KeyHint keys="n" />
    </button>
  );
}

function OneDirective({ state }: { readonly state: BacklogsState }): JSX.Element {
  const id = String(state.directive);
  return (
    <div class="one-directive">
      <span>
        Of directive{' '}
        <a class="link" href={formatAddress(['directives', id])}>
          {id}
        </a>
      </span>
      <a class="link" href={stateAddress({ ...state, directive: null })}>
        Show those of all
      </a>
    </div>
  );
}

function Nothing({ list, state }: Pick<RowsProps, 'list' | 'state'>): JSX.Element {
  if (state.q === '' || list.rows.length === 0) {
    return (
      <EmptyState title="No live backlogs">
        No attack is half-way. New ones wait behind the pill as they open.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No backlog matches">
      {countOf(list.rows.length, 'live backlog')} are hidden by the search.{' '}
      <a class="link" href={stateAddress({ ...state, q: '' })}>
        Clear the search
      </a>
    </EmptyState>
  );
}

function parseState(query: URLSearchParams): BacklogsState {
  const directive = query.get('directive') ?? '';
  return {
    q: query.get('q') ?? '',
    directive: /^\d{1,15}$/.test(directive) ? Number(directive) : null,
  };
}

function stateAddress({ q, directive }: BacklogsState): string {
  return formatAddress(
    ['directives', 'backlogs'],
    [
      ['directive', directive === null ? '' : String(directive)],
      ['q', q],
    ],
  );
}
