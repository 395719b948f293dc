// Triage: a change is shown in the same frame, sent, and can be undone; the foot line tells how it went (UI.md §9).
import { toApiError } from '../api/api-error.ts';
import { sendJson } from '../api/client.ts';
import { can } from '../api/session.ts';
import { say } from '../controls/foot-message.ts';
import { formatCount } from '../format/numbers.ts';
import { connection } from '../live/live.ts';
import { moveCount, refreshCounts } from '../live/status-counts.ts';
import { ALL_STATUSES } from '../router/queue-state.ts';
import {
  asBeforeWords,
  doneWords,
  progressWords,
  refusedWords,
  skippedWords,
} from './list/change-words.ts';
import { marksOf, type Marks, type MarkSet } from './list/queue-row.ts';
import { NO_SELECTION } from './list/selection.ts';
import {
  sendChanges,
  sendSelection,
  type ChangesAnswer,
  type MeantChange,
  type SelectionAnswer,
  type Sent,
  type SendWatch,
} from './list/send-changes.ts';
import {
  formerMarks,
  isUndoable,
  pushUndo,
  type Undoable,
  type UndoEntry,
} from './list/undo-stack.ts';
import { recountFacets } from './queue-facets.ts';
import { cursor, queueOrder, renewQueue, selection, shownQueue } from './queue-store.ts';
import { rowsOf, show, take, type Part } from './shown-change.ts';

let undoStack: readonly UndoEntry[] = [];
/** One after the other, so that an undo comes after what it undoes. */
let work: Promise<void> = Promise.resolve();

/** Changes the selected alarms, else the one under the cursor. */
export function changeAlarms(set: MarkSet): void {
  if (isRefused()) return;
  const { ids, all } = selection.peek();
  const { value: under } = cursor;
  if (all !== null) changeAll(set, all);
  else changeThese(set, ids.size > 0 ? [...ids] : under === null ? [] : [under]);
}

/** Changes an alarm that is shown on its own, in the list or not; answers what the engine has changed. */
export async function changeOne(
  alarm: { readonly id: string; readonly version: number; readonly marks: Marks },
  set: MarkSet,
): Promise<readonly Undoable[]> {
  if (isRefused()) return [];
  const { id, version, marks } = alarm;
  return changeEach(set, [{ id, version, set, expected: marks }], () => {
    void changeOne(alarm, set);
  });
}

/** Changes one alarm of the list, whatever is selected. */
export function changeAlarm(id: string, set: MarkSet): void {
  if (!isRefused()) changeThese(set, [id]);
}

/** Undoes the newest change of this page that was not undone. */
export function undoChange(): void {
  const entry = undoStack.at(-1);
  if (entry === undefined) {
    say({ text: 'Nothing to undo.' });
    return;
  }
  if (isRefused()) return;
  undoStack = undoStack.slice(0, -1);
  work = work.then(() => undo(entry));
}

/** Says why nothing can be changed now. */
function isRefused(): boolean {
  if (!can.peek().change_alarms) return true;
  if (connection.peek().kind !== 'lost') return false;
  say({ text: 'Not connected.', tone: 'failed', rest: 'Nothing was changed.' });
  return true;
}

function changeThese(set: MarkSet, ids: readonly string[]): void {
  const changes = rowsOf(ids).map((row) => ({
    ...{ id: row.alarm.alarm_id, version: row.version, set, expected: marksOf(row) },
  }));
  if (changes.length === 0) return;
  void changeEach(set, changes, () => {
    changeThese(set, ids);
  });
}

function changeEach(
  set: MarkSet,
  changes: readonly MeantChange[],
  again: () => void,
): Promise<readonly Undoable[]> {
  const part = { ids: changes.map(({ id }) => id), set };
  show([part]);
  sayDone(set, changes.length);
  return perform(set, {
    parts: [part],
    count: changes.length,
    send: (watch) => sendChanges({ change: postChanges }, changes, watch),
    again,
  });
}

function changeAll(set: MarkSet, count: number): void {
  const shown = shownQueue.peek();
  if (shown === null) return;
  const filter = Object.fromEntries(
    [...new URLSearchParams(shown.key)].filter(([name]) => name !== 'sort'),
  );
  const part = { ids: queueOrder.peek(), set };
  show([part]);
  const { status } = shown.state;
  const unseen = count - part.ids.length;
  if (set.status !== undefined && status !== ALL_STATUSES && unseen > 0) {
    moveCount(filter['status'] ?? null, set.status, unseen);
  }
  selection.value = NO_SELECTION;
  say({ text: progressWords(set, 0, count), stays: true });
  void perform(set, {
    parts: [part],
    count,
    send: (watch) =>
      sendSelection(
        {
          changeNext: (after) =>
            sendJson<SelectionAnswer>('POST', '/alarms/changes/selection', {
              body: { filter, as_of: shown.list.asOf, set, ...(after !== null && { after }) },
            }),
        },
        watch,
      ),
    again: () => {
      selection.value = { ids: new Set(queueOrder.peek()), all: count };
      changeAll(set, count);
    },
    ended: () => void renewQueue(),
  });
}

interface Performance {
  readonly parts: readonly Part[];
  readonly count: number;
  readonly send: (watch: SendWatch) => Promise<Sent>;
  readonly again: () => void;
  readonly ended?: () => void;
}

function perform(set: MarkSet, performance: Performance): Promise<readonly Undoable[]> {
  const done = work.then(() => run(set, performance));
  work = done.then(() => undefined);
  if (isUndoable(set)) undoStack = pushUndo(undoStack, { set, done });
  return done;
}

async function run(set: MarkSet, performance: Performance): Promise<readonly Undoable[]> {
  const { parts, count, send, again, ended } = performance;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  const sent = await send({
    isStopped: () => stopped,
    progress: (done, total) => {
      const text = progressWords(set, done, total);
      say({ text, stays: true, action: { label: 'Stop', run: stop } });
    },
  });
  const error = sent.failure === undefined ? null : toApiError(sent.failure);
  take(parts, sent, { keepPlace: error === null });
  const done = sent.changed.length;
  const rest = skippedWords(sent.skipped);
  if (error !== null) {
    const [first] = parts.flatMap(({ ids }) => ids);
    if (first !== undefined && queueOrder.peek().includes(first)) cursor.value = first;
    const asBefore = asBeforeWords(count - done - sent.skipped.length);
    const action = { label: 'Try again', run: again };
    say({ text: refusedWords(error), tone: 'failed', rest: asBefore, stays: true, action });
  } else if (sent.stopped) sayDone(set, done, `Stopped: ${String(count - done)} are as before.`);
  else if (rest !== '' || done !== count || ended !== undefined) sayDone(set, done, rest);
  ended?.();
  refreshCounts();
  recountFacets();
  return sent.changed;
}

async function undo(entry: UndoEntry): Promise<void> {
  const done = await entry.done;
  if (done.length === 0) {
    say({ text: 'Nothing to undo.', rest: 'That change was not saved.' });
    return;
  }
  const changes = done.map(({ id, version, before }) => ({
    ...{ id, version, set: formerMarks(entry.set, before) },
  }));
  const parts = groupBySet(changes);
  const first = changes[0]?.id;
  show(parts, { keepPlace: false });
  if (first !== undefined && queueOrder.peek().includes(first)) cursor.value = first;
  const text = 'Undone.';
  say({ text, rest: asBeforeWords(changes.length) });
  const steps = { were: false };
  const sent = await sendChanges({ change: postChanges }, changes, {
    isStopped: () => false,
    progress: (so, of) => {
      steps.were = true;
      say({ text: `${formatCount(so)} of ${formatCount(of)} undone.`, stays: true });
    },
  });
  take(parts, sent);
  const error = sent.failure === undefined ? null : toApiError(sent.failure);
  if (error !== null) {
    const action = { label: 'Try again', keys: 'u', run: undoChange };
    undoStack = pushUndo(undoStack, entry);
    say({ text: refusedWords(error), tone: 'failed', stays: true, action });
  } else if (sent.skipped.length > 0) say({ text, rest: skippedWords(sent.skipped) });
  else if (steps.were) say({ text, rest: asBeforeWords(changes.length) });
  // Of a change by filter the list may have been taken anew since: what came back is to be seen.
  if (rowsOf(sent.changed.map(({ id }) => id)).length < sent.changed.length) await renewQueue();
  refreshCounts();
  recountFacets();
}

function sayDone(set: MarkSet, count: number, rest = ''): void {
  const undoable = isUndoable(set) && count > 0;
  say({
    text: doneWords(set, count),
    ...(rest !== '' && { rest }),
    ...(undoable && { action: { label: 'Undo', keys: 'u', run: undoChange } }),
  });
}

function postChanges(changes: readonly object[]): Promise<ChangesAnswer> {
  return sendJson<ChangesAnswer>('POST', '/alarms/changes', { body: { changes } });
}

function groupBySet(
  changes: readonly { readonly id: string; readonly set: Partial<Marks> }[],
): Part[] {
  const groups = new Map<string, { ids: string[]; set: Partial<Marks> }>();
  for (const { id, set } of changes) {
    const name = JSON.stringify(set);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { ids: [id], set });
    else group.ids.push(id);
  }
  return [...groups.values()];
}
