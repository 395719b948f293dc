import type { JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import { Menu } from '../controls/menu.tsx';
import { navigate } from '../router/router.ts';
import { SPANS, tableAddress, type Span, type TableState } from './arrange.ts';

const WORDS: Readonly<Record<Span, string>> = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '': 'All that is stored',
};

/** Over which time alarms are counted. */
export function SpanMenu({ state }: { readonly state: TableState }): JSX.Element {
  return (
    <Menu
      label="Alarms of"
      align="end"
      button={
        <>
          {WORDS[state.span]} <Icon name="down" />
        </>
      }
      items={SPANS.map(({ span }) => ({
        id: span || 'all',
        label: WORDS[span],
        checked: span === state.span,
        run: () => {
          navigate(tableAddress({ ...state, span }), { replace: true });
        },
      }))}
    />
  );
}
