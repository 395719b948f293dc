import { NO_BREAK } from '../format/numbers.ts';

/** Where the login leads: an address of this page, never of another one. */
export function nextAddress(next: string | null): string {
  if (next === null || !next.startsWith('#/') || next.startsWith('#/login')) return '#/alarms';
  return next;
}

/** Why somebody was not let in; `wait`: seconds until another attempt is taken. */
export function refusalWords(
  { status, code, message }: { status: number; code: string; message: string },
  wait: number,
): string {
  if (status === 0) return 'The engine does not answer.';
  if (status === 429) {
    return wait > 0
      ? `Too many attempts. Try again in ${String(wait)}${NO_BREAK}s.`
      : 'Too many attempts. Try again.';
  }
  if (code === 'wrong_code') return 'This link was used, or is too old. Make a new one.';
  if (status === 401) return 'This token is not known. It may have been replaced.';
  return `${message}.`;
}
