import type { ComponentChildren, JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import { navigate } from '../router/router.ts';
import { SPANS, tableAddress, type SortKey, type TableState } from './arrange.ts';

/** Texts are sorted upwards first, numbers downwards. */
const UPWARDS: ReadonlySet<SortKey> = new Set(['id', 'name']);

/** The columns with their heads; a click on one sorts by it, again reverses. */
export function DirectiveHead({ state }: { readonly state: TableState }): JSX.Element {
  const days = SPANS.find(({ span }) => span === state.span)?.label ?? '';
  return (
    <>
      <colgroup>
        {['on', 'id', 'name', 'fun', 'live', 'hml', 'fp', 'ev', 'last', 'note'].map((column) => (
          <col key={column} class={`c-${column}`} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <th class="c-on">On</th>
          <SortHead {...{ state, by: 'id' }}>Id</SortHead>
          <SortHead {...{ state, by: 'name' }}>Directive</SortHead>
          <th class="c-fun">Backlogs that finished each stage</th>
          <SortHead {...{ state, by: 'live', numeric: true }}>Live now</SortHead>
          <SortHead
            {...{ state, by: 'alarms', numeric: true, after: <RiskLetters /> }}
          >{`Alarms, ${days}`}</SortHead>
          <SortHead {...{ state, by: 'false', numeric: true }}>False positive</SortHead>
          <SortHead {...{ state, by: 'events', numeric: true }}>Events, 24 h</SortHead>
          <SortHead {...{ state, by: 'last', numeric: true }}>Last event</SortHead>
          <th class="c-note">Note</th>
        </tr>
      </thead>
    </>
  );
}

interface SortHeadProps {
  readonly state: TableState;
  readonly by: SortKey;
  readonly numeric?: boolean;
  readonly after?: ComponentChildren;
  readonly children: string;
}

const COLUMNS = {
  ...{ id: 'id', name: 'name', live: 'live', alarms: 'hml', false: 'fp' },
  ...{ events: 'ev', last: 'last' },
} as const satisfies Record<SortKey, string>;

function SortHead({ state, by, numeric = false, after, children }: SortHeadProps): JSX.Element {
  const isSorted = state.sort === by;
  const order = state.descending ? 'descending' : 'ascending';
  const sort = (): void => {
    const descending = isSorted ? !state.descending : !UPWARDS.has(by);
    navigate(tableAddress({ ...state, sort: by, descending }), { replace: true });
  };
  return (
    <th class={`c-${COLUMNS[by]}${numeric ? ' num' : ''}`} aria-sort={isSorted ? order : undefined}>
      <button type="button" class={isSorted && !state.descending ? 'up' : ''} onClick={sort}>
        {children}
        {isSorted && <Icon name="down" />}
      </button>
      {after}
    </th>
  );
}

function RiskLetters(): JSX.Element {
  return (
    <span class="hml" aria-hidden="true">
      <span>H</span>
      <span>M</span>
      <span>L</span>
    </span>
  );
}
