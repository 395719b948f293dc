import { can } from '../api/session.ts';
import { useKeys, type KeyActions } from '../controls/keyboard.ts';
import { formatAddress } from '../router/address.ts';
import { navigate } from '../router/router.ts';
import { takeInNew, toggleFollow } from './follow.ts';
import { listPlace } from './list-place.ts';
import { statusKeys } from './list/status-keys.ts';
import {
  countSelected,
  extendSelection,
  moveCursor,
  NO_SELECTION,
  toggleSelected,
} from './list/selection.ts';
import { markOpened } from './opened.ts';
import { changeAlarms, undoChange } from './queue-changes.ts';
import { copyIds, openFootTool } from './queue-foot.tsx';
import { cursor, loadRows, MOST_ROWS, queueOrder, queueRows, selection } from './queue-store.ts';
import { knownMarks } from './use-queue.ts';

export interface QueueKeysInput {
  readonly isPeeking: boolean;
  readonly togglePreview: () => void;
  readonly closePreview: () => void;
  readonly toggleFilters: () => void;
}

/** The keys of the queue (UI.md §8). */
export function useQueueKeys(input: QueueKeysInput): void {
  useKeys({ ...moveKeys(), ...selectKeys(), ...lookKeys(input), ...changeKeys() });
}

function moveKeys(): KeyActions {
  const down = { text: 'move down', run: move(1) };
  const up = { text: 'move up', run: move(-1) };
  return {
    ...{ j: down, k: up, down: { ...down, text: '' }, up: { ...up, text: '' } },
    'g g': { text: 'first alarm', run: move(-Infinity) },
    G: { text: 'last alarm', run: moveToEnd },
    Home: { text: '', run: move(-Infinity) },
    End: { text: '', run: moveToEnd },
  };
}

function selectKeys(): KeyActions {
  const extend = (step: number) => () => {
    const from = cursor.peek();
    move(step)();
    const to = cursor.peek();
    if (from === null || to === null) return;
    selection.value = extendSelection(selection.peek(), queueOrder.peek(), { from, to });
  };
  return {
    x: {
      text: 'select',
      run: () => {
        const id = cursor.peek();
        if (id !== null) selection.value = toggleSelected(selection.peek(), id);
      },
    },
    J: { text: 'select and move down', run: extend(1) },
    K: { text: 'select and move up', run: extend(-1) },
    'shift+down': { text: '', run: extend(1) },
    'shift+up': { text: '', run: extend(-1) },
    'ctrl+a': {
      text: 'select all shown',
      run: () => {
        selection.value = { ids: new Set(queueOrder.peek()), all: null };
      },
    },
    y: { text: 'copy ids', run: copyIds },
  };
}

function lookKeys(input: QueueKeysInput): KeyActions {
  return {
    space: { text: 'preview', run: input.togglePreview },
    enter: { text: 'open', run: openUnderCursor },
    esc: {
      text: 'close, unselect',
      run: () => {
        if (countSelected(selection.peek()) > 0) selection.value = NO_SELECTION;
        else if (input.isPeeking) input.closePreview();
      },
    },
    f: { text: 'filters', run: input.toggleFilters },
    n: { text: 'take in new alarms and the new order', run: takeInNew },
    F: { text: 'follow: newest first by itself', run: toggleFollow },
  };
}

function changeKeys(): KeyActions {
  const { statuses } = knownMarks();
  if (!can.value.change_alarms) return {};
  const set = (status: string) => () => {
    changeAlarms({ status });
  };
  const keys = statusKeys(statuses);
  return {
    ...Object.fromEntries(
      statuses
        .slice(0, 9)
        .map((status, index) => [String(index + 1), { text: '', run: set(status) }]),
    ),
    ...Object.fromEntries(
      statuses.map((status, index) => [
        keys[index] ?? '',
        { text: `set to ${status}`, run: set(status) },
      ]),
    ),
    t: {
      text: 'tag',
      run: () => {
        openFootTool('tag');
      },
    },
    m: {
      text: 'comment',
      run: () => {
        openFootTool('comment');
      },
    },
    u: { text: 'undo the last change', run: undoChange },
  };
}

function move(step: number): () => void {
  return () => {
    const next = moveCursor(queueOrder.peek(), cursor.peek(), step);
    listPlace.focus = true;
    cursor.value = next;
  };
}

/** To the last row that is there, and on as further ones come. */
function moveToEnd(): void {
  move(Infinity)();
  void loadRows(MOST_ROWS).then(move(Infinity));
}

/** Opens the alarm under the cursor. */
function openUnderCursor(): void {
  const id = cursor.peek();
  const row = queueRows.peek().find(({ alarm }) => alarm.alarm_id === id);
  if (row === undefined) return;
  markOpened(row);
  navigate(formatAddress(['alarms', row.alarm.alarm_id]));
}
