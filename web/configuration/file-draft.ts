// What was typed into a file and not saved; it outlives other pages, a refusal and a login.
import { computed, type ReadonlySignal } from '@preact/signals';
import { draftOf } from '../api/draft.ts';

/** The typed text; empty: nothing was changed. */
const textOf = (name: string): ReturnType<typeof draftOf> => draftOf(`file ${name}`);
/** The ETag of what it began from; `new` for a file that was not there. */
const baseOf = (name: string): ReturnType<typeof draftOf> => draftOf(`file base ${name}`);
const names = draftOf('file names');

export const NEW_FILE = 'new';

/** Files with text that is not saved. */
export const unsavedFiles: ReadonlySignal<readonly string[]> = computed(() =>
  names.value.split('/').filter(Boolean),
);

/** The typed text of a file and what it began from; null when nothing was typed. */
export function readDraft(name: string): { readonly text: string; readonly base: string } | null {
  const text = textOf(name).value;
  return text === '' ? null : { text, base: baseOf(name).value };
}

/** Keeps what was typed. */
export function keepDraft(name: string, text: string, base: string): void {
  // A text that was emptied is a change too.
  textOf(name).value = text === '' ? '\n' : text;
  baseOf(name).value = base;
  if (!unsavedFiles.peek().includes(name)) list([...unsavedFiles.peek(), name]);
}

/** Forgets it: it is saved, or given up. */
export function dropDraft(name: string): void {
  textOf(name).value = '';
  baseOf(name).value = '';
  list(unsavedFiles.peek().filter((other) => other !== name));
}

function list(all: readonly string[]): void {
  names.value = all.join('/');
  if (all.length > 0) addEventListener('beforeunload', warn);
  else removeEventListener('beforeunload', warn);
}

/** Has the browser ask before the tab is closed. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
