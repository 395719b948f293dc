import { signal, type Signal } from '@preact/signals';

const drafts = new Map<string, Signal<string>>();

/** Typed text that outlives its field, a refused request and a new login; empty until something was typed. */
export function draftOf(name: string): Signal<string> {
  const known = drafts.get(name);
  if (known !== undefined) return known;
  const draft = signal('');
  drafts.set(name, draft);
  return draft;
}
