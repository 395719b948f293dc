// The keys of the page: layers of actions, the newest first; they act outside fields only and can be switched off.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { createStoredChoice } from '../format/stored-choice.ts';
import { keyName } from './key-name.ts';

export interface KeyAction {
  /** What it does, for the list of all keys; empty for what is not listed. */
  readonly text: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** Actions by key: `j`, `shift+j`, `G`, `esc`, `ctrl+a`, or two keys one after the other: `g a`. */
export type KeyActions = Readonly<Record<string, KeyAction>>;

interface Layer {
  readonly actions: { readonly current: KeyActions };
}

const FIELDS =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
/** Buttons and links take these themselves. */
const OWN_KEYS: ReadonlySet<string> = new Set(['enter', 'space']);
const SECOND_KEY_MS = 1500;

/** Whether single keys act; remembered in this browser. */
export const shortcuts = createStoredChoice('shortcuts', ['on', 'off']);

const layers = signal<readonly Layer[]>([]);
let first = '';
let firstAt = 0;

/** Acts on these keys while the component is shown; later ones come before earlier ones. */
export function useKeys(actions: KeyActions): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    const layer = { actions: current };
    layers.value = [...layers.peek(), layer];
    return () => {
      layers.value = layers.peek().filter((other) => other !== layer);
    };
  }, []);
}

/** Every key that acts now with its text, for the list of all keys. */
export function listKeys(): { keys: string; text: string }[] {
  const listed = new Map<string, string>();
  for (const { actions } of layers.value.toReversed()) {
    for (const [keys, { text }] of Object.entries(actions.current)) {
      if (text !== '' && !listed.has(keys)) listed.set(keys, text);
    }
  }
  return [...listed].map(([keys, text]) => ({ keys, text }));
}

/** Listens to the keyboard; once for a page. */
export function startKeyboard(): void {
  document.addEventListener('keydown', handleKey);
}

function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = keyName(event);
  if (name === null) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(FIELDS) != null) return;
  if (OWN_KEYS.has(name) && target?.closest('a, button, summary, [role=switch]') != null) return;
  // A dialogue has its own keys, and esc works although the others are switched off.
  if (target?.closest('dialog, [role=menu]') != null) return;
  if (name !== 'esc' && shortcuts.value.peek() === 'off') return;
  const both = first !== '' && event.timeStamp - firstAt < SECOND_KEY_MS ? `${first} ${name}` : '';
  first = '';
  const action = (both === '' ? undefined : findAction(both)) ?? findAction(name);
  if (action !== undefined) {
    event.preventDefault();
    action.run(event);
  } else if (startsPair(name)) {
    first = name;
    firstAt = event.timeStamp;
  }
}

function findAction(keys: string): KeyAction | undefined {
  for (const { actions } of layers.peek().toReversed()) {
    const action = actions.current[keys];
    if (action !== undefined) return action;
  }
  return undefined;
}

function startsPair(name: string): boolean {
  return layers
    .peek()
    .some(({ actions }) =>
      Object.keys(actions.current).some((keys) => keys.startsWith(`${name} `)),
    );
}
