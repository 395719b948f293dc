// The one polite live region of the page: at most one message in five seconds, the newest wins.
import { signal } from '@preact/signals';

const PAUSE_MS = 5000;

/** What the live region holds. */
export const announcement = signal('');

let next: string | undefined;
let pausing = false;

/** Tells a screen reader `text`; within five seconds after another one only the newest waits. */
export function announce(text: string): void {
  next = text;
  if (!pausing) speak();
}

function speak(): void {
  if (next === undefined) {
    pausing = false;
    return;
  }
  announcement.value = next;
  next = undefined;
  pausing = true;
  setTimeout(speak, PAUSE_MS);
}
