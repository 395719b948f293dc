import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { logIn, session } from '../api/session.ts';
import { useTitle } from '../frame/use-title.ts';
import { navigate } from '../router/router.ts';
import './login.css';
import { nextAddress, refusalWords } from './login-words.ts';

/** The login, which leads to the address in `next`; a code in the address logs in by itself, and is used up by that. */
export function LoginPage({ query }: { readonly query: URLSearchParams }): JSX.Element {
  const code = query.get('code') ?? '';
  const next = nextAddress(query.get('next'));
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [isSending, setSending] = useState(false);
  const wait = useWait(refusal);
  useTitle('Log in · dsiem');
  const send = (proof: { token: string } | { code: string }): void => {
    setSending(true);
    logIn(proof)
      .then(() => {
        navigate(next, { replace: true });
      })
      .catch((thrown: unknown) => {
        setRefusal(toApiError(thrown));
        setSending(false);
        // A code that was tried is of no use in the address.
        if ('code' in proof) navigate(loginAddress(next), { replace: true });
      });
  };
  useEffect(() => {
    if (code !== '') send({ code });
  }, [code]);
  const words = refusal === null ? '' : refusalWords(refusal, wait);
  if (code !== '' && refusal === null) {
    return (
      <div class="login">
        <h1>dsiem</h1>
        <p class="mut" role="status">
          Logging in.
        </p>
      </div>
    );
  }
  return (
    <div class="login">
      <h1>dsiem</h1>
      <p class="mut">{introduction()}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '' && !isSending && wait === 0) send({ token: token.trim() });
        }}
      >
        <label for="token">Token</label>
        <span class={words === '' ? 'field' : 'field bad'}>
          <input
            id="token"
            type="password"
            autocomplete="current-password"
            autofocus
            spellcheck={false}
            value={token}
            aria-invalid={words !== ''}
            aria-describedby={words === '' ? undefined : 'refusal'}
            onInput={(event) => {
              setToken(event.currentTarget.value);
            }}
          />
        </span>
        {words !== '' && (
          <p id="refusal" class="failed" role="alert">
            {words}
          </p>
        )}
        <button type="submit" class="btn main" aria-disabled={isSending || wait > 0}>
          Log in
        </button>
      </form>
      <p class="mut how">
        The log of the start holds a link that logs in once; <code>dsiem login</code> on the machine
        of the engine makes another one, <code>dsiem token add</code> a token.
      </p>
      {session.value?.can.read === true && (
        <p>
          <a class="link" href={next}>
            Go on without
          </a>
        </p>
      )}
    </div>
  );
}

function introduction(): string {
  const known = session.value;
  if (known?.can.read !== true) return 'This engine asks for a token.';
  return known.can.change_alarms ? 'Log in with another token.' : 'Log in to change.';
}

function loginAddress(next: string): string {
  return next === '#/alarms' ? '#/login' : `#/login?next=${encodeURIComponent(next)}`;
}

/** Seconds until another attempt is taken; counts down. */
function useWait(refusal: ApiError | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (refusal?.status !== 429) {
      setLeft(0);
      return undefined;
    }
    const { retry_after: told } = refusal.details;
    setLeft(typeof told === 'number' ? told : 30);
    const timer = setInterval(() => {
      setLeft((before) => Math.max(0, before - 1));
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [refusal]);
  return left;
}
