import type { JSX } from 'preact';
import type { RowWindow } from '../controls/virtual-rows.ts';
import type { TableState } from './arrange.ts';
import { DirectiveHead } from './directive-head.tsx';
import { DirectiveRowView } from './directive-row.tsx';
import type { DirectiveEntry } from './entry.ts';
import type { RowCursor } from './use-row-cursor.ts';

export interface DirectiveTableProps {
  readonly entries: readonly DirectiveEntry[];
  readonly state: TableState;
  readonly cursor: RowCursor<number>;
  readonly window: RowWindow;
}

/** The rows in sight of the list, in the order of `entries`. */
export function DirectiveTable(props: DirectiveTableProps): JSX.Element {
  const { entries, state, cursor, window } = props;
  const { first, end, above, below } = window;
  return (
    <table
      class="fix directives-table"
      role="grid"
      aria-label="Directives"
      aria-rowcount={entries.length + 1}
    >
      <DirectiveHead state={state} />
      <tbody>
        <Filler height={above} />
        {entries.slice(first, end).map((entry, index) => (
          <DirectiveRowView
            key={entry.row.id}
            entry={entry}
            span={state.span}
            isCurrent={entry.row.id === cursor.id}
            row={cursor.props(entry.row.id, first + index)}
          />
        ))}
        <Filler height={below} />
      </tbody>
    </table>
  );
}

/** Stands for rows that are not drawn. */
export function Filler({ height }: { readonly height: number }): JSX.Element | null {
  if (height === 0) return null;
  return <tr class="filler" aria-hidden="true" style={{ height: `${String(height)}px` }} />;
}
