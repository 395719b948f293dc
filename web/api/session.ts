// Who is looking at the page and what the engine would let them do.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { SessionView } from '../../server/schemas/session.ts';
import { setServerTime } from '../format/clock.ts';
import { toApiError, type ApiError } from './api-error.ts';
import { getJson, onUnauthorized, sendJson } from './client.ts';

export type SessionState =
  | { readonly kind: 'asking' }
  /** May read at least. */
  | { readonly kind: 'in'; readonly session: SessionView }
  /** `before`: who looked at this page until the login was lost; null when nobody did. */
  | { readonly kind: 'out'; readonly before: SessionView | null }
  | { readonly kind: 'failed'; readonly error: ApiError };

const NOTHING: SessionView['can'] = {
  read: false,
  change_alarms: false,
  switch_directives: false,
  stop_backlogs: false,
  reload: false,
  write_configuration: false,
};

const state = signal<SessionState>({ kind: 'asking' });

/** How it stands with the login. */
export const sessionState: ReadonlySignal<SessionState> = state;

/** The newest session that was known; it stays while one is logged out. */
export const session: ReadonlySignal<SessionView | null> = computed(() => {
  const { value } = state;
  if (value.kind === 'in') return value.session;
  return value.kind === 'out' ? value.before : null;
});

/** What would not be refused: draw no button for anything else. */
export const can: ReadonlySignal<SessionView['can']> = computed(() => {
  const { value } = state;
  return value.kind === 'in' ? value.session.can : NOTHING;
});

/** Asks the engine who this is. */
export async function refreshSession(): Promise<void> {
  try {
    const answer = await getJson<SessionView>('/session');
    setServerTime(answer.time / 1000);
    if (answer.can.read) state.value = { kind: 'in', session: answer };
    else loseLogin();
  } catch (thrown) {
    const error = toApiError(thrown);
    // Without an answer the last session stands; the lost connection is told elsewhere.
    const isNew = state.value.kind === 'asking' || state.value.kind === 'failed';
    if (error !== null && error.status !== 401 && isNew) state.value = { kind: 'failed', error };
  }
}

/** Logs in with a token, or with the one-time code of the start's log; throws ApiError. */
export async function logIn(proof: { token: string } | { code: string }): Promise<void> {
  await sendJson('POST', '/session', { body: proof });
  await refreshSession();
}

/** Ends the session; throws ApiError. */
export async function logOut(): Promise<void> {
  await sendJson('DELETE', '/session');
  state.value = { kind: 'out', before: null };
  await refreshSession();
}

/** Notices every lost login from now on; once for a page. */
export function startSession(): void {
  onUnauthorized(loseLogin);
  void refreshSession();
}

function loseLogin(): void {
  state.value = { kind: 'out', before: session.peek() };
}
