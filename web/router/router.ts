// The address of the page as a signal. Each entry of the browser's history keeps its own notes, such as a scroll position.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { parseAddress, type PageAddress } from './address.ts';
import { toRoute, type Route } from './route.ts';

type Note = string | number;

const hash = signal('');
const notes = new Map<string, Map<string, Note>>();
let entry = '';
let entries = 0;

/** The path and query behind `#`. */
export const address: ReadonlySignal<PageAddress> = computed(() => parseAddress(hash.value));

/** The page it leads to. */
export const route: ReadonlySignal<Route> = computed(() => toRoute(address.value));

/** Goes to an address with its `#`; `replace` leaves no entry in the history. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.hash) return;
  if (replace) {
    history.replaceState(history.state, '', to);
  } else {
    history.pushState(null, '', to);
  }
  arrive();
}

/** Keeps a value with the present entry of the history; it is there again after back and forward. */
export function keepNote(name: string, value: Note): void {
  const kept = notes.get(entry) ?? new Map<string, Note>();
  kept.set(name, value);
  notes.set(entry, kept);
}

/** What was kept with the present entry of the history. */
export function readNote(name: string): Note | undefined {
  return notes.get(entry)?.get(name);
}

/** Follows the address from now on; once for a page. */
export function startRouter(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', arrive);
  addEventListener('hashchange', arrive);
  arrive();
}

function arrive(): void {
  entry = readEntry() ?? nameEntry();
  hash.value = location.hash;
  const arrived = route.value;
  if (arrived.page === 'moved') navigate(arrived.to, { replace: true });
}

function nameEntry(): string {
  entries += 1;
  const name = `${String(Date.now())}-${String(entries)}`;
  history.replaceState({ entry: name }, '');
  return name;
}

function readEntry(): string | undefined {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('entry' in state)) return undefined;
  return typeof state.entry === 'string' ? state.entry : undefined;
}
