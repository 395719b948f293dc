import type { JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import type { RowWindow } from '../controls/virtual-rows.ts';
import type { ListedBacklog } from './backlog-list.ts';
import { BacklogRowView } from './backlog-row.tsx';
import { Filler } from './directive-table.tsx';
import type { RowCursor } from './use-row-cursor.ts';

export interface BacklogTableProps {
  readonly rows: readonly ListedBacklog[];
  readonly cursor: RowCursor<string>;
  readonly window: RowWindow;
}

/** Live backlogs of all directives, those in sight. */
export function BacklogTable({ rows, cursor, window }: BacklogTableProps): JSX.Element {
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
          <BacklogHeads isSorted />
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
          <BacklogHeads isSorted={false} />
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

function BacklogHeads({ isSorted }: { readonly isSorted: boolean }): JSX.Element {
  return (
    <>
      <th class="c-stage">Stage</th>
      <th class="c-count">Events of this stage</th>
      <th class="c-opened num">Opened</th>
      <th class="c-left" aria-sort={isSorted ? 'ascending' : undefined}>
        Time left
        {isSorted && <Icon name="down" />}
      </th>
    </>
  );
}
