import type { JSX } from 'preact';
import { shortcuts } from './keyboard.ts';

/** The key of a button; nothing while shortcuts are switched off. */
export function KeyHint({ keys }: { readonly keys: string }): JSX.Element | null {
  return shortcuts.value.value === 'on' ? <kbd aria-hidden="true">{keys}</kbd> : null;
}
