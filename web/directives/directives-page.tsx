import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useKeys } from '../controls/keyboard.ts';
import { EmptyState, ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { SearchField } from '../controls/search-field.tsx';
import { useMedia } from '../controls/use-media.ts';
import { now } from '../format/clock.ts';
import { formatCount } from '../format/numbers.ts';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { formatAddress } from '../router/address.ts';
import { address, navigate } from '../router/router.ts';
import { useKeptScroll } from '../router/use-kept-scroll.ts';
import { arrange, parseTableState, tableAddress, type TableState } from './arrange.ts';
import { backlogsOf } from './directive-row.tsx';
import { DirectiveTable, useListWindow } from './directive-table.tsx';
import './directives.css';
import type { DirectiveEntry } from './entry.ts';
import { NoDirectives } from './no-directives.tsx';
import { shownOrder } from './order.ts';
import { SpanMenu } from './span-menu.tsx';
import { undoSwitch } from './switch-directive.ts';
import { useEntries } from './use-entries.ts';
import { useRowCursor } from './use-row-cursor.ts';
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
    <div class="dirs">
      <div class="tools">
        <h1 class="sr">Directives</h1>
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
      </div>
      {error !== null && entries !== null && <ErrorBar error={error} retry={reload} />}
      {entries === null && error !== null && <ErrorState error={error} retry={reload} />}
      {entries === null && error === null && <LoadingRows columns={8} />}
      {entries !== null && <DirectiveList entries={entries} state={state} />}
    </div>
  );
}

interface DirectiveListProps {
  readonly entries: readonly DirectiveEntry[];
  readonly state: TableState;
}

function DirectiveList({ entries, state }: DirectiveListProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia('(max-width: 860px)');
  const { shown, renew } = useFrozenOrder(entries, state);
  const ids = shown.map(({ row }) => row.id);
  const { window, rowHeight, headHeight } = useListWindow(scroller, shown.length, isNarrow);
  const cursor = useRowCursor({ ids, scroller, rowHeight, headHeight });
  useKeptScroll(scroller, shown.length > 0);
  const open = (to: (id: number) => string): void => {
    if (cursor.id !== null) navigate(to(cursor.id));
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
      text: 'first directive',
      run: () => {
        cursor.move(-shown.length);
      },
    },
    G: {
      text: 'last directive',
      run: () => {
        cursor.move(shown.length);
      },
    },
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
    place:
      shown.length === 0
        ? undefined
        : `${formatCount(window.from)}–${formatCount(window.to)} of ${formatCount(shown.length)}`,
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
