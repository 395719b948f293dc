// What the foot line says: the only place for messages.
import { signal, type ReadonlySignal } from '@preact/signals';
import { announce } from './announce.ts';

export interface FootMessage {
  readonly text: string;
  /** `failed` is red. */
  readonly tone?: 'said' | 'failed';
  /** Said after it in plain weight: "The 2 alarms are as before." */
  readonly rest?: string;
  readonly action?: { readonly label: string; readonly keys?: string; readonly run: () => void };
  /** Stays until something else is said: progress, a refusal. */
  readonly stays?: boolean;
}

const SHOWN_MS = 10_000;
const message = signal<FootMessage | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** The message shown now; null shows the hints. */
export const footMessage: ReadonlySignal<FootMessage | null> = message;

/** Says something in the foot line for 10 s, and to screen readers. */
export function say(said: FootMessage): void {
  clearTimeout(timer);
  message.value = said;
  announce([said.text, said.rest].filter(Boolean).join(' '));
  if (said.stays !== true) timer = setTimeout(unsay, SHOWN_MS);
}

/** Ends what is said. */
export function unsay(): void {
  clearTimeout(timer);
  message.value = null;
}
