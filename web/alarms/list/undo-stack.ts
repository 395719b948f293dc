// The last changes of this page, so that each can be undone.
import type { MarkSet, Marks } from './queue-row.ts';

/** An alarm that was changed, with what it had before. */
export interface Undoable {
  readonly id: string;
  /** After the change: what somebody has changed since is left alone. */
  readonly version: number;
  readonly before: Marks;
}

export interface UndoEntry {
  readonly set: MarkSet;
  /** What the engine has changed; empty when it refused. */
  readonly done: Promise<readonly Undoable[]>;
}

/** What is asked of the engine for one alarm. */
export interface ChangeRequest {
  readonly id: string;
  readonly version: number;
  readonly set: MarkSet;
}

const MOST_ENTRIES = 20;

/** The stack with one more change, of which the oldest goes when there are more than 20. */
export function pushUndo(stack: readonly UndoEntry[], entry: UndoEntry): readonly UndoEntry[] {
  return [...stack, entry].slice(-MOST_ENTRIES);
}

/** The marks of `before` that the change `set` touched. */
export function formerMarks(set: MarkSet, before: Marks): MarkSet {
  return {
    ...(set.status !== undefined && { status: before.status }),
    ...(set.tag !== undefined && { tag: before.tag }),
    ...(set.assignee !== undefined && { assignee: before.assignee }),
    ...(set.deleted !== undefined && { deleted: before.deleted }),
  };
}

/** Whether a change can be undone; a comment stays. */
export function isUndoable({ status, tag, assignee, deleted }: MarkSet): boolean {
  return [status, tag, assignee, deleted].some((value) => value !== undefined);
}
