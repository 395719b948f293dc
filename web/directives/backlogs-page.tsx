import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { announce } from '../controls/announce.ts';
import { Icon } from '../controls/icon.tsx';
import { KeyHint } from '../controls/key-hint.tsx';
import { useKeys } from '../controls/keyboard.ts';
import { EmptyState } from '../controls/page-state.tsx';
import { SearchField } from '../controls/search-field.tsx';
import { countOf } from '../format/numbers.ts';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { formatAddress } from '../router/address.ts';
import { address, navigate } from '../router/router.ts';
import { fitsBacklog, type BacklogList } from './backlog-list.ts';
import { alarmOf } from './backlog-row.tsx';
import { BacklogTable } from './backlog-table.tsx';
import './backlogs.css';
import {
  backlogsAddress,
  backlogsQuery,
  isAddress,
  parseBacklogsState,
  type BacklogsState,
} from './backlogs-state.ts';
import './directives.css';
import { ListPage } from './list-page.tsx';
import { useBacklogs } from './use-backlogs.ts';
import { useEntries } from './use-entries.ts';
import { useRowList } from './use-row-list.ts';
import { ViewTabs } from './view-tabs.tsx';

/** Which attacks are half-way? */
export function BacklogsPage(): JSX.Element {
  useTitle('Live backlogs · Directives');
  const state = parseBacklogsState(address.value.query);
  const { entries } = useEntries('7d');
  const { list, error, renew, readMore } = useBacklogs(backlogsQuery(state));
  const isWhole = state.directive === null && !isAddress(state.q);
  return (
    <ListPage
      title="Live backlogs"
      columns={7}
      of={['/backlogs']}
      {...{ isLoaded: list !== null, error, reload: renew }}
      tools={
        <>
          <ViewTabs
            entries={entries}
            state={null}
            backlogs={isWhole ? (list?.total ?? null) : null}
          />
          {list !== null && <Pill waiting={list.waiting.size} renew={renew} />}
          <span class="push tool-group">
            <SearchField
              label="Search live backlogs"
              placeholder="Title, address, id"
              value={state.q}
              search={(q) => {
                navigate(backlogsAddress({ ...state, q }), { replace: true });
              }}
            />
          </span>
        </>
      }
      notice={state.directive !== null && <OneDirective state={state} />}
    >
      {list !== null && <Rows {...{ list, state, renew, readMore }} />}
    </ListPage>
  );
}

interface RowsProps {
  readonly list: BacklogList;
  readonly state: BacklogsState;
  readonly renew: () => void;
  readonly readMore: () => void;
}

function Rows({ list, state, renew, readMore }: RowsProps): JSX.Element {
  const q = isAddress(state.q) ? '' : state.q;
  const rows = list.rows.filter((row) => fitsBacklog(row, q));
  const ids = rows.map(({ alarm_id: id }) => id);
  const { scroller, window, cursor, placeOf } = useRowList(ids, 'backlog');
  const isNearEnd = window.end >= rows.length;
  useEffect(() => {
    if (isNearEnd) readMore();
  }, [isNearEnd, list.next]);
  const current = rows.find(({ alarm_id: id }) => id === cursor.id);
  const open = (to: string | null): void => {
    if (to !== null) navigate(to);
  };
  useKeys({
    enter: {
      text: 'open the alarm',
      run: () => {
        open(current === undefined ? null : alarmOf(current));
      },
    },
    b: {
      text: 'its directive',
      run: () => {
        const id = current?.directive_id;
        open(id === undefined ? null : formatAddress(['directives', String(id)]));
      },
    },
    n: { text: 'take in new backlogs and the new order', run: renew },
  });
  useFoot({
    hints: [
      ['j k', 'move'],
      ['enter', 'open its alarm'],
      ['b', 'its directive'],
      ['n', 'new order'],
      ['/', 'search'],
    ],
    place: placeOf(q === '' ? list.rows.length + Math.max(0, unread(list)) : rows.length),
  });
  return (
    <div class="list" ref={scroller}>
      {rows.length === 0 ? (
        <Nothing list={list} state={state} />
      ) : (
        <BacklogTable rows={rows} state={state} cursor={cursor} window={window} />
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
      <a class="link" href={backlogsAddress({ ...state, directive: null })}>
        Show those of all
      </a>
    </div>
  );
}

function Nothing({ list, state }: Pick<RowsProps, 'list' | 'state'>): JSX.Element {
  if (state.q === '' || (list.rows.length === 0 && !isAddress(state.q))) {
    return (
      <EmptyState title="No live backlogs">
        No attack is half-way. New ones wait behind the pill as they open.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No backlog matches">
      {!isAddress(state.q) &&
        `${countOf(list.rows.length, 'live backlog')} are hidden by the search. `}
      <a class="link" href={backlogsAddress({ ...state, q: '' })}>
        Clear the search
      </a>
    </EmptyState>
  );
}
