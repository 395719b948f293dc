// What the foot line says about changes (UI.md §2, §9, §10).
import { countOf, formatCount } from '../../format/numbers.ts';
import type { MarkSet } from './queue-row.ts';

/** `2 alarms set to Closed.` */
export function doneWords(set: MarkSet, count: number): string {
  return `${countOf(count, 'alarm')} ${verbOf(set)}.`;
}

/** `412 of 1,204 alarms set to Closed.` */
export function progressWords(set: MarkSet, done: number, total: number): string {
  return `${formatCount(done)} of ${doneWords(set, total)}`;
}

/** What of a change was left undone because somebody else was faster; empty when nothing was. */
export function skippedWords(skipped: readonly { readonly by?: string | undefined }[]): string {
  if (skipped.length === 0) return '';
  const names = [...new Set(skipped.map(({ by }) => by ?? '').filter(Boolean))];
  const who = names.length === 1 ? (names[0] ?? '') : 'others';
  return skipped.length === 1
    ? `1 alarm was changed by ${who || 'somebody else'} meanwhile and stays as it is.`
    : `${countOf(skipped.length, 'alarm')} were changed by ${who} meanwhile and stay as they are.`;
}

/** `Not saved: the engine answered "…".` or that it does not answer. */
export function refusedWords({ status, message }: { status: number; message: string }): string {
  return status === 0
    ? 'Not saved: the engine does not answer.'
    : `Not saved: the engine answered “${message}”.`;
}

/** `The 2 alarms are as before.` */
export function asBeforeWords(count: number): string {
  return count === 1 ? 'The alarm is as before.' : `The ${countOf(count, 'alarm')} are as before.`;
}

function verbOf({ status, tag, assignee, deleted, comment }: MarkSet): string {
  if (status !== undefined) return `set to ${status}`;
  if (tag !== undefined) return `tagged ${tag}`;
  if (assignee !== undefined) return assignee === '' ? 'given to nobody' : `given to ${assignee}`;
  if (deleted !== undefined) return deleted ? 'deleted' : 'restored';
  return comment === undefined ? 'unchanged' : 'commented';
}
