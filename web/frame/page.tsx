import type { JSX } from 'preact';
import { AlarmPage } from '../alarm/alarm-page.tsx';
import { AlarmsPage } from '../alarms/alarms-page.tsx';
import { sessionState, refreshSession } from '../api/session.ts';
import { EmptyState, ErrorState } from '../controls/page-state.tsx';
import { LoginPage } from '../login/login-page.tsx';
import { address, route } from '../router/router.ts';
import { lazyPart } from './lazy-part.tsx';
import { useTitle } from './use-title.ts';

const OverviewPage = lazyPart(() =>
  import('../overview/overview-page.tsx').then((part) => part.OverviewPage),
);
const DirectivesPage = lazyPart(() =>
  import('../directives/directives-page.tsx').then((part) => part.DirectivesPage),
);
const BacklogsPage = lazyPart(() =>
  import('../directives/backlogs-page.tsx').then((part) => part.BacklogsPage),
);
const DirectivePage = lazyPart(() =>
  import('../directive/directive-page.tsx').then((part) => part.DirectivePage),
);
const ConfigurationPage = lazyPart(() =>
  import('../configuration/configuration-page.tsx').then((part) => part.ConfigurationPage),
);

/** The page that the address leads to. */
export function Page(): JSX.Element | null {
  const to = route.value;
  const { value: login } = sessionState;
  if (to.page === 'login') return <LoginPage query={address.value.query} />;
  if (login.kind === 'asking' || (login.kind === 'out' && login.before === null)) return null;
  if (login.kind === 'failed') {
    return <ErrorState error={login.error} retry={() => void refreshSession()} />;
  }
  switch (to.page) {
    case 'alarms':
      return <AlarmsPage />;
    case 'alarm':
      return <AlarmPage key={to.id} id={to.id} />;
    case 'overview':
      return <OverviewPage />;
    case 'directives':
      return <DirectivesPage />;
    case 'backlogs':
      return <BacklogsPage />;
    case 'directive':
      return <DirectivePage key={to.id} id={to.id} />;
    case 'configuration':
      return <ConfigurationPage file={to.file} />;
    case 'unknown':
      return <NoSuchPage />;
    case 'moved':
      return null;
  }
}

function NoSuchPage(): JSX.Element {
  useTitle('No such page');
  return (
    <EmptyState title={<h1 class="same">No such page</h1>}>
      <a class="link" href="#/alarms">
        Go to Alarms
      </a>
    </EmptyState>
  );
}
