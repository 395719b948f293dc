import type { JSX } from 'preact';
import { formatCount } from '../format/numbers.ts';

export interface Tab {
  readonly label: string;
  /** Where it leads, with `#`. */
  readonly to: string;
  readonly current: boolean;
  /** null: not known yet. */
  readonly count?: number | null;
}

/** Views of a page as links, each with its count. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
}): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.to} href={tab.to} aria-current={tab.current ? 'true' : undefined}>
          {tab.label}
          {tab.count != null && <span class="n">{formatCount(tab.count)}</span>}
        </a>
      ))}
    </nav>
  );
}
