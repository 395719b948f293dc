// Sends changes in steps, one after the other, so that a large one shows how far it is and can be stopped.
import type { z } from 'zod';
import type { changesAnswer, selectionAnswer } from '../../../server/schemas/alarm-change.ts';
import { sameMarks, type Marks } from './queue-row.ts';
import type { ChangeRequest } from './undo-stack.ts';

export type ChangesAnswer = z.infer<typeof changesAnswer>;
export type SelectionAnswer = z.infer<typeof selectionAnswer>;

/** The two requests that change alarms; both throw what a request throws. */
export interface ChangePort {
  readonly change: (changes: readonly ChangeRequest[]) => Promise<ChangesAnswer>;
  /** One step of a change by filter, after the one that answered `after`. */
  readonly changeNext: (after: string | null) => Promise<SelectionAnswer>;
}

export interface SendWatch {
  /** Called after each step that is not the last. */
  readonly progress: (done: number, total: number) => void;
  readonly isStopped: () => boolean;
}

export interface Sent extends ChangesAnswer {
  /** Stopped before its end. */
  readonly stopped: boolean;
  /** What ended it early; what was done before stands. */
  readonly failure: unknown;
}

/** A change as it is meant: `expected` is how the page shows the alarm before it. */
export interface MeantChange extends ChangeRequest {
  readonly expected?: Marks;
}

/** As many as the engine takes at once. */
const STEP = 500;

/** Changes alarms by id; one that only seems changed, because its version was told late, is asked for again. */
export async function sendChanges(
  port: Pick<ChangePort, 'change'>,
  changes: readonly MeantChange[],
  watch: SendWatch,
): Promise<Sent> {
  const sent = startSending();
  for (let start = 0; start < changes.length && !watch.isStopped(); start += STEP) {
    if (start > 0) watch.progress(start, changes.length);
    const step = changes.slice(start, start + STEP);
    const error = await attempt(async () => {
      const answer = await port.change(step.map(toRequest));
      const late = answer.skipped.flatMap((skipped) => toLate(skipped, step));
      const again = late.length === 0 ? NOTHING : await port.change(late);
      sent.changed.push(...answer.changed, ...again.changed);
      const isLate = new Set(late.map(({ id }) => id));
      sent.skipped.push(...answer.skipped.filter(({ id }) => !isLate.has(id)), ...again.skipped);
    });
    if (error !== undefined) return { ...sent, stopped: false, failure: error.thrown };
  }
  const count = sent.changed.length + sent.skipped.length;
  return { ...sent, stopped: count < changes.length, failure: undefined };
}

/** Changes all that fit the filter, to the last step. */
export async function sendSelection(
  port: Pick<ChangePort, 'changeNext'>,
  watch: SendWatch,
): Promise<Sent> {
  const sent = startSending();
  let after: string | null = null;
  for (;;) {
    const step: { answer?: SelectionAnswer } = {};
    const error = await attempt(async () => {
      step.answer = await port.changeNext(after);
    });
    if (step.answer === undefined) return { ...sent, stopped: false, failure: error?.thrown };
    const { changed, skipped, next, left } = step.answer;
    sent.changed.push(...changed);
    sent.skipped.push(...skipped);
    if (next === null) return { ...sent, stopped: false, failure: undefined };
    if (watch.isStopped()) return { ...sent, stopped: true, failure: undefined };
    const done = sent.changed.length + sent.skipped.length;
    watch.progress(done, done + left);
    after = next;
  }
}

const NOTHING: ChangesAnswer = { changed: [], skipped: [] };

function startSending(): ChangesAnswer {
  return { changed: [], skipped: [] };
}

function toRequest({ id, version, set }: MeantChange): ChangeRequest {
  return { id, version, set };
}

/** A request anew when the alarm has the very marks that the page shows: nobody changed it since. */
function toLate(
  { id, reason, version, now }: ChangesAnswer['skipped'][number],
  step: readonly MeantChange[],
): ChangeRequest[] {
  const meant = step.find((change) => change.id === id);
  if (reason !== 'changed' || meant?.expected === undefined) return [];
  if (version === undefined || now === undefined || !sameMarks(now, meant.expected)) return [];
  return [{ id, version, set: meant.set }];
}

async function attempt(
  work: () => Promise<void>,
): Promise<{ readonly thrown: unknown } | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}
