import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useKeys } from '../controls/keyboard.ts';
import { EmptyState } from '../controls/page-state.tsx';
import { SearchField } from '../controls/search-field.tsx';
import { now } from '../format/clock.ts';
import { formatCount } from '../format/numbers.ts';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { formatAddress } from '../router/address.ts';
import { address, navigate } from '../router/router.ts';
import { arrange, parseTableState, tableAddress, type TableState } from './arrange.ts';
import { backlogsOf } from './directive-row.tsx';
import { DirectiveTable } from './directive-table.tsx';
import './directives.css';
import type { DirectiveEntry } from './entry.ts';
import { ListPage } from './list-page.tsx';
import { NoDirectives } from './no-directives.tsx';
import { shownOrder } from './order.ts';
import { SpanMenu } from './span-menu.tsx';
import { undoSwitch } from './switch-directive.ts';
import { useEntries } from './use-entries.ts';
import { useRowList } from './use-row-list.ts';
import { ViewTabs } from './view-tabs.tsx';

/** Which detections work, which are silent or noisy? */
export function DirectivesPage(): JSX.Element {
  useTitle('Directives');
  const state = parseTableState(address.value.query);
  const { entries, error, reload } = useEntries(state.span);
  const search = (q: string): void => {
    navigate(tableAddress({ ...state, q }), { replace: true });
  };
  return (
    <ListPage
      title="Directives"
      columns={8}
      of={['/directives', '/statistics/directives', '/alarms/facets']}
      {...{ isLoaded: entries !== null, error, reload }}
      tools={
        <>
          <ViewTabs entries={entries} state={state} />
          <span class="push tool-group">
            <SearchField
              label="Search directives"
              placeholder="Name, id, plugin, file"
              value={state.q}
              search={search}
            />
            <SpanMenu state={state} />
          </span>
        </>
      }
    >
      {entries !== null && <DirectiveList entries={entries} state={state} />}
    </ListPage>
  );
}

interface DirectiveListProps {
  readonly entries: readonly DirectiveEntry[];
  readonly state: TableState;
}

function DirectiveList({ entries, state }: DirectiveListProps): JSX.Element {
  const { shown, renew } = useFrozenOrder(entries, state);
  const ids = shown.map(({ row }) => row.id);
  const { scroller, window, cursor, isNarrow, placeOf } = useRowList(ids, 'directive');
  const open = (to: (id: number) => string): void => {
    if (cursor.id !== null) navigate(to(cursor.id));
  };
  useKeys({
    enter: {
      text: 'open the directive',
      run: () => {
        open(detailOf);
      },
    },
    b: {
      text: 'its live backlogs',
      run: () => {
        open(backlogsOf);
      },
    },
    n: { text: 'take in the new order', run: renew },
    u: { text: 'undo the last switch', run: undoSwitch },
  });
  useFoot({
    hints: [
      ['j k', 'move'],
      ['enter', 'open'],
      ['b', 'its backlogs'],
      ['/', 'search'],
    ],
    place: placeOf(shown.length),
  });
  const openByTap = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (!isNarrow || target?.closest('a, button') != null) return;
    const link = target?.closest('tr')?.querySelector('a');
    link?.click();
  };
  return (
    <div class="list" ref={scroller} onClick={openByTap}>
      {shown.length === 0 ? (
        <Nothing entries={entries} state={state} />
      ) : (
        <DirectiveTable entries={shown} state={state} cursor={cursor} window={window} />
      )}
    </div>
  );
}

function detailOf(id: number): string {
  return formatAddress(['directives', String(id)]);
}

/** Order and membership are those of the last tab, search, sort or `renew`; figures change in place. */
function useFrozenOrder(
  entries: readonly DirectiveEntry[],
  state: TableState,
): { shown: readonly DirectiveEntry[]; renew: () => void } {
  const [round, setRound] = useState(0);
  const { view, q, sort, descending, span } = state;
  // Directives that come or go with a reload of files make a new order, as do alarms of another time.
  const size = entries.length;
  const ids = useMemo(
    () => arrange(entries, state, now.peek()),
    [view, q, sort, descending, span, size, round],
  );
  shownOrder.value = ids;
  const byId = new Map(entries.map((entry) => [entry.row.id, entry]));
  const shown = ids.flatMap((id) => byId.get(id) ?? []);
  return {
    shown,
    renew: () => {
      setRound((before) => before + 1);
    },
  };
}

const EMPTY_VIEWS = {
  all: 'No directive',
  silent: 'No silent directive',
  false: 'No directive is mostly false positive',
  incomplete: 'Every directive that had backlogs has completed one',
  off: 'No directive is off',
} as const;

function Nothing({ entries, state }: DirectiveListProps): JSX.Element {
  if (entries.length === 0) return <NoDirectives />;
  if (state.q === '') return <EmptyState title={EMPTY_VIEWS[state.view]} />;
  return (
    <EmptyState title="No directive matches">
      {formatCount(entries.length)} directives are hidden by the search.{' '}
      <a class="link" href={tableAddress({ ...state, q: '' })}>
        Clear the search
      </a>
    </EmptyState>
  );
}
