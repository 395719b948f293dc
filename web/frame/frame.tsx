import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { announcement } from '../controls/announce.ts';
import { useKeys } from '../controls/keyboard.ts';
import { Tips } from '../controls/tips.tsx';
import { sessionState } from '../api/session.ts';
import { formatAddress } from '../router/address.ts';
import { navigate, route } from '../router/router.ts';
import { AllKeys } from './all-keys.tsx';
import { Banners } from './banners.tsx';
import { FootLine } from './foot-line.tsx';
import { Page } from './page.tsx';
import { TabBar, TopBar } from './top-bar.tsx';

/** The whole page: bar, messages, the page of the address, foot line. */
export function Frame(): JSX.Element {
  const main = useRef<HTMLElement>(null);
  const { page } = route.value;
  useLoginFirst();
  useFocusOnArrival(main, page);
  const isBare = page === 'login';
  return (
    <div class={isBare ? 'frame bare' : 'frame'}>
      {!isBare && (
        <nav class="skip" aria-label="Skip">
          <a
            href={location.hash}
            onClick={(event) => {
              event.preventDefault();
              main.current?.focus();
            }}
          >
            To the content
          </a>
        </nav>
      )}
      {!isBare && <TopBar />}
      {!isBare && <Banners />}
      <main ref={main} tabIndex={-1}>
        <Page />
      </main>
      {!isBare && <FootLine />}
      {!isBare && <TabBar />}
      {!isBare && <FrameKeys key={page} />}
      <Tips />
      <div class="sr" role="status" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}

function FrameKeys(): JSX.Element | null {
  const [areShown, setShown] = useState(false);
  const goTo = (name: string) => () => {
    navigate(formatAddress([name]));
  };
  useKeys({
    'g a': { text: 'go to Alarms', run: goTo('alarms') },
    'g o': { text: 'go to Overview', run: goTo('overview') },
    'g d': { text: 'go to Directives', run: goTo('directives') },
    'g c': { text: 'go to Configuration', run: goTo('configuration') },
    '?': {
      text: 'all keys',
      run: () => {
        setShown(true);
      },
    },
  });
  const close = (): void => {
    setShown(false);
  };
  return areShown ? <AllKeys close={close} /> : null;
}

/** Who opens the page without being let in comes to the login, and from there to where they wanted. */
function useLoginFirst(): void {
  useSignalEffect(() => {
    const { value } = sessionState;
    const isNew = value.kind === 'out' && value.before === null;
    if (!isNew || route.value.page === 'login') return;
    navigate(formatAddress(['login'], [['next', location.hash]]), { replace: true });
  });
}

function useFocusOnArrival(main: { readonly current: HTMLElement | null }, page: string): void {
  const first = useRef(true);
  useEffect(() => {
    const { activeElement } = document;
    const isInside = main.current?.contains(activeElement) === true;
    if (!first.current && !isInside) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [page, main]);
}
