// Bars under the top bar that tell what the whole page should know.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { can, session, sessionState } from '../api/session.ts';
import { announce } from '../controls/announce.ts';
import { Time } from '../controls/time.tsx';
import { now } from '../format/clock.ts';
import { formatAge, formatCountdown } from '../format/durations.ts';
import { connection, tryNow, type LostConnection } from '../live/live.ts';
import { route } from '../router/router.ts';
import { StoreOff } from './store-off.tsx';
import { goToLogin } from './top-bar.tsx';

const PAGES_OF_ALARMS: ReadonlySet<string> = new Set(['alarms', 'alarm']);

/** The bars that there is a reason for now. */
export function Banners(): JSX.Element {
  const live = connection.value;
  const isOut = sessionState.value.kind === 'out';
  return (
    <div>
      {isOut && <LoggedOut />}
      {!isOut && live.kind === 'lost' && <LiveLost {...live} />}
      {!isOut && <ReadOnly />}
      {!isOut && PAGES_OF_ALARMS.has(route.value.page) && <StoreOff />}
    </div>
  );
}

function LiveLost({ since, retryAt }: LostConnection): JSX.Element {
  useEffect(() => {
    announce('Live updates lost');
    return () => {
      announce('Live updates are back');
    };
  }, []);
  return (
    <div class="banner bad" role="region" aria-label="Connection">
      <span>
        <b>Live updates lost {formatAge(now.value - since)} ago.</b> What you see is from{' '}
        <Time at={since} precision="second" />.{' '}
        {retryAt === null
          ? 'Trying again.'
          : `Trying again in ${formatCountdown(retryAt - now.value)}.`}
      </span>
      <button type="button" class="link push" onClick={tryNow}>
        Try now
      </button>
    </div>
  );
}

function LoggedOut(): JSX.Element {
  return (
    <div class="banner bad" role="alert">
      <span>
        <b>You are logged out.</b> Log in to go on where you were.
      </span>
      <button type="button" class="link push" onClick={goToLogin}>
        Log in
      </button>
    </div>
  );
}

function ReadOnly(): JSX.Element | null {
  const known = session.value;
  if (known === null || can.value.change_alarms) return null;
  return (
    <div class="banner" role="region" aria-label="Access">
      <span>
        {known.logged_in
          ? 'You can look but not change: this token may only read.'
          : 'You can look but not change.'}
      </span>
      <button type="button" class="link push" onClick={goToLogin}>
        {known.logged_in ? 'Log in with another token' : 'Log in to change'}
      </button>
    </div>
  );
}
