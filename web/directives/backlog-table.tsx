import type { JSX } from 'preact';
import { SortHead } from '../controls/sort-head.tsx';
import type { RowWindow } from '../controls/virtual-rows.ts';
import { navigate } from '../router/router.ts';
import type { ListedBacklog } from './backlog-list.ts';
import { BacklogRowView } from './backlog-row.tsx';
import { backlogsAddress, type BacklogsState, type BacklogSortKey } from './backlogs-state.ts';
import { Filler } from './directive-table.tsx';
import type { RowCursor } from './use-row-cursor.ts';

export interface BacklogTableProps {
  readonly rows: readonly ListedBacklog[];
  readonly state: BacklogsState;
  readonly cursor: RowCursor<string>;
  readonly window: RowWindow;
}

/** Live backlogs of all directives, those in sight. */
export function BacklogTable({ rows, state, cursor, window }: BacklogTableProps): JSX.Element {
  const { first, end, above, below } = window;
  return (
    <table
      class="fix backlogs"
      role="grid"
      aria-label="Live backlogs"
      aria-rowcount={rows.length + 1}
    >
      <Columns names={['title', 'risk', 'from', 'to', 'stage', 'count', 'opened', 'left']} />
      <thead>
        <tr aria-rowindex={1}>
          <th class="c-title">Backlog</th>
          <th class="c-risk">Risk</th>
          <th class="c-from">From</th>
          <th class="c-to">To</th>
          <BacklogHeads state={state} />
        </tr>
      </thead>
      <tbody>
        <Filler height={above} />
        {rows.slice(first, end).map((backlog, index) => (
          <BacklogRowView
            key={backlog.alarm_id}
            backlog={backlog}
            isOfOne={false}
            isCurrent={backlog.alarm_id === cursor.id}
            row={cursor.props(backlog.alarm_id, first + index)}
          />
        ))}
        <Filler height={below} />
      </tbody>
    </table>
  );
}

/** Live backlogs of one directive, on its page. */
export function OwnBacklogs({ rows }: { readonly rows: readonly ListedBacklog[] }): JSX.Element {
  return (
    <table class="fix dense backlogs own" aria-label="Live backlogs">
      <Columns names={['title', 'to', 'risk', 'stage', 'count', 'opened', 'left']} />
      <thead>
        <tr>
          <th class="c-title">From</th>
          <th class="c-to">To</th>
          <th class="c-risk">Risk</th>
          <BacklogHeads state={null} />
        </tr>
      </thead>
      <tbody>
        {rows.map((backlog) => (
          <BacklogRowView key={backlog.alarm_id} backlog={backlog} isOfOne isCurrent={false} />
        ))}
      </tbody>
    </table>
  );
}

function Columns({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <colgroup>
      {names.map((name) => (
        <col key={name} class={`c-${name}`} />
      ))}
    </colgroup>
  );
}

/** Of the list of all they sort it, of the few on a directive's page they do not. */
function BacklogHeads({ state }: { readonly state: BacklogsState | null }): JSX.Element {
  return (
    <>
      <Head {...{ state, by: 'stage', column: 'c-stage' }}>Stage</Head>
      <th class="c-count">Events of this stage</th>
      <Head {...{ state, by: 'opened', column: 'c-opened num' }}>Opened</Head>
      <Head {...{ state, by: 'deadline', column: 'c-left' }}>Time left</Head>
    </>
  );
}

interface HeadProps {
  readonly state: BacklogsState | null;
  readonly by: BacklogSortKey;
  readonly column: string;
  readonly children: string;
}

function Head({ state, by, column, children }: HeadProps): JSX.Element {
  if (state === null) return <th class={column}>{children}</th>;
  const isSorted = state.sort === by;
  const sort = (): void => {
    // Those that end soonest, and those that got furthest or came last, are what one looks for.
    const descending = isSorted ? !state.descending : by !== 'deadline';
    navigate(backlogsAddress({ ...state, sort: by, descending }), { replace: true });
  };
  const order = state.descending ? 'descending' : 'ascending';
  return (
    <SortHead class={column} order={isSorted ? order : undefined} sort={sort}>
      {children}
    </SortHead>
  );
}
