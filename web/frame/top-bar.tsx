import type { JSX } from 'preact';
import { logOut, session } from '../api/session.ts';
import { Icon } from '../controls/icon.tsx';
import { shortcuts } from '../controls/keyboard.ts';
import { Menu, type MenuItem } from '../controls/menu.tsx';
import { Segments } from '../controls/segments.tsx';
import { say } from '../controls/foot-message.ts';
import { chooseZone, zone } from '../format/clock.ts';
import { formatCount } from '../format/numbers.ts';
import { engineFigures } from '../live/engine-status.ts';
import { connection } from '../live/live.ts';
import { openCount } from '../live/status-counts.ts';
import { formatAddress } from '../router/address.ts';
import { navigate, route } from '../router/router.ts';
import type { Route } from '../router/route.ts';
import { switchTheme } from './theme.ts';

const PAGES = [
  { label: 'Alarms', path: 'alarms', pages: ['alarms', 'alarm'] },
  { label: 'Overview', path: 'overview', pages: ['overview'] },
  { label: 'Directives', path: 'directives', pages: ['directives', 'backlogs', 'directive'] },
  { label: 'Configuration', path: 'configuration', pages: ['configuration'] },
] as const satisfies readonly { label: string; path: string; pages: readonly Route['page'][] }[];

/** The bar above every page. */
export function TopBar(): JSX.Element {
  const here = PAGES.find((page) => isCurrent(page.pages));
  return (
    <header class="bar">
      <a class="mark" href="#/alarms">
        dsiem
      </a>
      <PageLinks />
      <span class="here">{here?.label ?? 'dsiem'}</span>
      <div class="right">
        <LiveState />
        <EventRate />
        <Segments
          label="Time zone"
          segments={[
            { value: 'local', label: 'Local' },
            { value: 'utc', label: 'UTC' },
          ]}
          value={zone.value}
          choose={chooseZone}
        />
        <button
          type="button"
          class="icb"
          aria-label="Switch between light and dark"
          data-tip="Light or dark"
          onClick={switchTheme}
        >
          <Icon name="theme" />
        </button>
        <TokenMenu />
      </div>
    </header>
  );
}

/** The pages at the bottom, on a phone. */
export function TabBar(): JSX.Element {
  return (
    <nav class="tabbar" aria-label="Pages">
      {PAGES.map(({ label, path, pages }) => (
        <a key={path} href={`#/${path}`} aria-current={isCurrent(pages) ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}

function PageLinks(): JSX.Element {
  const open = openCount.value;
  return (
    <nav aria-label="Pages">
      {PAGES.map(({ label, path, pages }) => (
        <a key={path} href={`#/${path}`} aria-current={isCurrent(pages) ? 'page' : undefined}>
          {label}
          {path === 'alarms' && open !== null && <span class="n">{formatCount(open)}</span>}
        </a>
      ))}
    </nav>
  );
}

function isCurrent(pages: readonly Route['page'][]): boolean {
  return pages.includes(route.value.page);
}

function LiveState(): JSX.Element {
  const { kind } = connection.value;
  const words = { connecting: 'Connecting', live: 'Live', lost: 'Not live' } as const;
  return <span class={`live ${kind}`}>{words[kind]}</span>;
}

function EventRate(): JSX.Element | null {
  const rate = engineFigures.value?.eventsPerSecond ?? null;
  return rate === null ? null : <span class="eps">{formatCount(rate)} events/s</span>;
}

function TokenMenu(): JSX.Element {
  const known = session.value;
  const areOn = shortcuts.value.value === 'on';
  const items: MenuItem[] = [
    {
      id: 'shortcuts',
      label: areOn ? 'Switch shortcuts off' : 'Switch shortcuts on',
      run: () => {
        shortcuts.choose(areOn ? 'off' : 'on');
      },
    },
  ];
  if (known?.logged_in === true)
    items.push({ id: 'out', label: 'Log out', run: leave, apart: true });
  else items.push({ id: 'in', label: 'Log in', run: goToLogin, apart: true });
  const name = known?.name ?? 'No token';
  return (
    <Menu
      label="Token"
      align="end"
      buttonClass="who"
      items={items}
      button={<span data-tip={known?.role == null ? undefined : `Role ${known.role}`}>{name}</span>}
    />
  );
}

/** Goes to the login page, which comes back here. */
export function goToLogin(): void {
  navigate(formatAddress(['login'], [['next', location.hash]]));
}

function leave(): void {
  logOut().catch(() => {
    say({ text: 'Not logged out: the engine does not answer.', tone: 'failed' });
  });
}
