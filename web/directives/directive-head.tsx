import type { ComponentChildren, JSX } from 'preact';
import { SortHead } from '../controls/sort-head.tsx';
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
          <Head {...{ state, by: 'id' }}>Id</Head>
          <Head {...{ state, by: 'name' }}>Directive</Head>
          <th class="c-fun">Backlogs that finished each stage</th>
          <Head {...{ state, by: 'live', numeric: true }}>Live now</Head>
          <Head
            {...{ state, by: 'alarms', numeric: true, after: <RiskLetters /> }}
          >{`Alarms, ${days}`}</Head>
          <Head {...{ state, by: 'false', numeric: true }}>False positive</Head>
          <Head {...{ state, by: 'events', numeric: true }}>Events, 24 h</Head>
          <Head {...{ state, by: 'last', numeric: true }}>Last event</Head>
          <th class="c-note">Note</th>
        </tr>
      </thead>
    </>
  );
}

interface HeadProps {
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

function Head({ state, by, numeric = false, after, children }: HeadProps): JSX.Element {
  const isSorted = state.sort === by;
  const sort = (): void => {
    const descending = isSorted ? !state.descending : !UPWARDS.has(by);
    navigate(tableAddress({ ...state, sort: by, descending }), { replace: true });
  };
  return (
    <SortHead
      class={`c-${COLUMNS[by]}${numeric ? ' num' : ''}`}
      order={isSorted ? (state.descending ? 'descending' : 'ascending') : undefined}
      {...{ sort, after }}
    >
      {children}
    </SortHead>
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
