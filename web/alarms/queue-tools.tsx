import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../controls/icon.tsx';
import { Menu } from '../controls/menu.tsx';
import { SearchField } from '../controls/search-field.tsx';
import { Sheet } from '../controls/sheet.tsx';
import { Tabs, type Tab } from '../controls/tabs.tsx';
import { formatCount } from '../format/numbers.ts';
import { statusCounts } from '../live/status-counts.ts';
import {
  ALL_STATUSES,
  countFilters,
  queueAddress,
  type QueueState,
} from '../router/queue-state.ts';
import { ExportMenu } from './export-menu.tsx';
import { FacetsPanel } from './facets-panel.tsx';
import { Pill } from './pill.tsx';
import { facets } from './queue-facets.ts';
import { TimeMenu } from './time-menu.tsx';
import { changeQueue, knownMarks } from './use-queue.ts';

const MOST_TABS = 5;

/** The row above the list: status, what is new, search, time, export. */
export function QueueTools({ state }: { readonly state: QueueState }): JSX.Element {
  return (
    <div class="tool-row">
      <StatusTabs state={state} />
      <Pill />
      <PhoneTools state={state} />
      <span class="push wide">
        <QueueSearch state={state} />
      </span>
      <TimeMenu state={state} />
      <ExportMenu state={state} />
    </div>
  );
}

function QueueSearch({ state }: { readonly state: QueueState }): JSX.Element {
  return (
    <SearchField
      label="Search alarms"
      placeholder="Title, address, asset, id"
      value={state.q}
      search={(q) => {
        changeQueue({ q: q.trim() });
      }}
    />
  );
}

function StatusTabs({ state }: { readonly state: QueueState }): JSX.Element {
  const tabs = toTabs(state);
  const { statuses } = knownMarks();
  if (statuses.length <= MOST_TABS) return <Tabs label="Status" tabs={tabs} />;
  const current = tabs.find((tab) => tab.current);
  return (
    <Menu
      label="Status"
      button={
        <>
          {current?.label} <span class="n">{formatCount(current?.count ?? 0)}</span>
          <Icon name="down" />
        </>
      }
      items={tabs.map(({ label, count, to, current: checked }) => ({
        ...{ id: label, checked },
        label: `${label} ${count == null ? '' : formatCount(count)}`,
        run: () => {
          location.hash = to;
        },
      }))}
    />
  );
}

/** Under filters the tabs count what fits them, without filters everything. */
function toTabs(state: QueueState): Tab[] {
  const { statuses, firstStatus } = knownMarks();
  const isNarrowed = countFilters(state) > 0;
  const counted = isNarrowed
    ? facets.value && new Map(facets.value.status.values.map(({ value, count }) => [value, count]))
    : statusCounts.value;
  const to = (status: string | null): string => queueAddress({ ...state, status, peek: '' });
  const shown = state.status ?? firstStatus;
  const all = counted === null ? null : [...counted.values()].reduce((sum, one) => sum + one, 0);
  return [
    ...statuses.map((status) => ({
      ...{ label: status, current: shown === status },
      to: to(status === firstStatus ? null : status),
      count: counted === null ? null : (counted.get(status) ?? 0),
    })),
    { label: 'All', to: to(ALL_STATUSES), current: shown === ALL_STATUSES, count: all },
  ];
}

/** On narrow screens search and filters are sheets. */
function PhoneTools({ state }: { readonly state: QueueState }): JSX.Element {
  const [open, setOpen] = useState<'search' | 'filters' | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  const count = countFilters({ ...state, q: '' });
  return (
    <span class="narrow">
      <button
        type="button"
        class="icb find"
        aria-label="Search"
        onClick={() => {
          setOpen('search');
        }}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        class="btn filters"
        aria-label={count > 0 ? `Filters, ${String(count)} set` : 'Filters'}
        onClick={() => {
          setOpen('filters');
        }}
      >
        <Icon name="filter" /> <span class="words">Filters</span>
        {count > 0 && <span class="n">{count}</span>}
      </button>
      {open === 'search' && (
        <Sheet title="Search" close={close}>
          <QueueSearch state={state} />
          <div class="sheet-more">
            <TimeMenu state={state} /> <ExportMenu state={state} />
          </div>
        </Sheet>
      )}
      {open === 'filters' && (
        <Sheet title="Filters" close={close}>
          <FacetsPanel state={state} />
        </Sheet>
      )}
    </span>
  );
}
