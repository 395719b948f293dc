import type { JSX } from 'preact';
import { Tabs } from '../controls/tabs.tsx';
import { nowMinute } from '../format/clock.ts';
import { formatAddress } from '../router/address.ts';
import { isInView, tableAddress, VIEWS, type TableState } from './arrange.ts';
import type { DirectiveEntry } from './entry.ts';

export interface ViewTabsProps {
  readonly entries: readonly DirectiveEntry[] | null;
  /** null: the live backlogs are shown. */
  readonly state: TableState | null;
  /** Live backlogs where they are counted by who shows them. */
  readonly backlogs?: number | null;
}

/** The questions that one has about directives, each with how many it is about. */
export function ViewTabs({ entries, state, backlogs }: ViewTabsProps): JSX.Element {
  const { value: now } = nowMinute;
  const live = backlogs ?? entries?.reduce((sum, { row }) => sum + row.backlogs, 0) ?? null;
  const views = VIEWS.map(({ view, label }) => ({
    label,
    to: tableAddress(state === null ? { view } : { ...state, view }),
    current: state?.view === view,
    count: entries?.filter((entry) => isInView(entry, view, now)).length ?? null,
  }));
  const [all, ...others] = views;
  const backlogTab = {
    label: 'Live backlogs',
    to: formatAddress(['directives', 'backlogs']),
    current: state === null,
    count: live,
  };
  return (
    <Tabs
      label="Views of directives"
      tabs={[...(all === undefined ? [] : [all]), backlogTab, ...others]}
    />
  );
}
