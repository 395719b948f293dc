// What the feed told, taken into the snapshot: cells change in place, everything else waits behind the pill.
import { changesVersion } from '../../../core/alarm/alarm-action.ts';
import { comparePlaces, placeOf, type AlarmSort } from '../../../core/alarm/alarm-order.ts';
import {
  mergeRow,
  type AlarmChange,
  type AlarmState,
  type LiveBatch,
} from '../../live/feed-batch.ts';
import type { QueueFilter } from './live-filter.ts';
import { departureOf, keepOverlay } from './own-changes.ts';
import type { QueueList, Overlay } from './queue-list.ts';
import { marksOf, sameMarks, withMarks, type QueueRow } from './queue-row.ts';
import { changedCells, type Cell } from './row-cells.ts';
import { waitFor, type Newcomer, type Waiting } from './waiting.ts';

export interface LiveInput {
  readonly fits: QueueFilter;
  readonly sort: AlarmSort;
  /** Unix seconds by the server's clock. */
  readonly now: number;
  /** The name under which the engine knows who looks. */
  readonly me: string;
  /** False while another page is shown: own changes there take rows out as they do here. */
  readonly isShown: boolean;
}

export interface LiveResult {
  readonly list: QueueList;
  readonly waiting: Waiting;
  /** Cells that changed, by alarm id. */
  readonly flashes: ReadonlyMap<string, readonly Cell[]>;
}

/** The snapshot and what waits, after a batch. */
export function mergeLive(
  before: { readonly list: QueueList; readonly waiting: Waiting },
  batch: LiveBatch,
  input: LiveInput,
): LiveResult {
  const rows = new Map(before.list.rows);
  const overlays = new Map(before.list.overlays);
  const flashes = new Map<string, readonly Cell[]>();
  const changes = groupChanges(batch.changes);
  const newcomers: Newcomer[] = [];
  for (const id of touchedIds(batch, changes)) {
    const known = rows.get(id);
    if (known === undefined) {
      newcomers.push(toNewcomer(id, batch, before.list, input));
      continue;
    }
    const { row, overlay } = mergeKnown(known, overlays.get(id), {
      ...{ batch, input, changes: changes.get(id) ?? [] },
    });
    rows.set(id, row);
    if (overlay === undefined) overlays.delete(id);
    else overlays.set(id, overlay);
    const cells = row.gone ? [] : changedCells(known, row);
    if (cells.length > 0) flashes.set(id, cells);
    if (known.gone && row.gone && input.fits(row, input.now)) {
      newcomers.push({ id, riskClass: row.alarm.risk_class, kind: 'fresh' });
    }
  }
  const list = { ...before.list, rows, overlays };
  const waiting = waitFor(before.waiting, newcomers);
  const hasMoved = !waiting.reordered && isOutOfOrder(list, batch, input.sort);
  return { list, flashes, waiting: hasMoved ? { ...waiting, reordered: true } : waiting };
}

interface KnownInput {
  readonly batch: LiveBatch;
  readonly input: LiveInput;
  readonly changes: readonly AlarmChange[];
}

function mergeKnown(
  known: QueueRow,
  overlay: Overlay | undefined,
  { batch, input, changes }: KnownInput,
): { readonly row: QueueRow; readonly overlay: Overlay | undefined } {
  // As the engine has it: without what is shown ahead of its answer.
  let told = overlay === undefined ? known : withMarks(known, overlay.base);
  let comments = overlay?.comments ?? 0;
  for (const change of changes) {
    const isEcho = change.what === 'comment' && change.by === input.me && comments > 0;
    if (isEcho) comments -= 1;
    else told = takeChange(told, change);
  }
  told = slim(mergeRow(told, batch));
  const kept =
    overlay === undefined
      ? undefined
      : keepOverlay({ ...overlay, comments }, marksOf(told), input.now);
  const row = kept === undefined ? told : withMarks(told, kept.set);
  return { row: place(known, row, { input, changes }), overlay: kept };
}

/** Without what no column shows; findings come with the feed, names of new addresses with the next list. */
function slim(row: QueueRow): QueueRow {
  const { intel_hits: hits = [], vulnerabilities = [] } = row.alarm;
  const intel = row.intel || hits.length > 0 || vulnerabilities.length > 0;
  return { ...row, intel, alarm: { ...row.alarm, rules: [] } };
}

/** A row is dimmed when somebody else took it out of the list, and as before when they put it back. */
function place(
  known: QueueRow,
  row: QueueRow,
  { input, changes }: Pick<KnownInput, 'input' | 'changes'>,
): QueueRow {
  if (row.gone) return row;
  const isIn = input.fits(row, input.now);
  const last = changes.findLast((change) => changesVersion(change));
  if (isIn) return row.departed === '' ? row : { ...row, departed: '' };
  if (last === undefined || sameMarks(marksOf(known), marksOf(row))) return row;
  if (last.by === input.me && !input.isShown) return { ...row, gone: true };
  return { ...row, departed: departureOf(row, last.by) };
}

function takeChange(row: QueueRow, change: AlarmChange): QueueRow {
  const { what, value } = change;
  if (what === 'comment') return { ...row, comments: row.comments + 1 };
  const next = withMarks(row, {
    ...(what === 'status' && { status: value }),
    ...(what === 'tag' && { tag: value }),
    ...(what === 'assignee' && { assignee: value }),
    ...((what === 'delete' || what === 'restore') && { deleted: what === 'delete' }),
  });
  // One's own change comes back as an echo: the answer has told its version.
  return sameMarks(marksOf(row), marksOf(next)) ? next : { ...next, version: row.version + 1 };
}

function groupChanges(changes: readonly AlarmChange[]): Map<string, AlarmChange[]> {
  const groups = new Map<string, AlarmChange[]>();
  for (const change of changes) {
    const group = groups.get(change.alarm_id);
    if (group === undefined) groups.set(change.alarm_id, [change]);
    else group.push(change);
  }
  return groups;
}

function touchedIds(
  { alarms, counts }: LiveBatch,
  changes: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  return new Set([...alarms.keys(), ...counts.keys(), ...changes.keys()]);
}

/** What becomes of an alarm that the snapshot does not have. */
function toNewcomer(
  id: string,
  batch: LiveBatch,
  list: QueueList,
  { fits, now, sort }: LiveInput,
): Newcomer {
  const state: AlarmState | undefined = batch.alarms.get(id);
  if (state === undefined) {
    const isDeleted = batch.changes.some(
      ({ alarm_id, what }) => alarm_id === id && what === 'delete',
    );
    return { id, kind: isDeleted ? 'out' : 'same' };
  }
  if (!fits(state, now)) return { id, kind: 'out' };
  // What a first snapshot has and the list has not is further down, or the list is asked for anew.
  if (batch.begunAt !== undefined && list.next !== null) return { id, kind: 'same' };
  if (list.next === null || state.alarm.created_time >= list.takenAt) {
    return { id, kind: 'fresh', riskClass: state.alarm.risk_class };
  }
  // Of a list that is not loaded to its end, it may be one further down.
  const last = list.rows.get(list.order.at(-1) ?? '');
  const isBelow =
    last !== undefined && comparePlaces(placeOf(last, sort), placeOf(state, sort), sort) < 0;
  return { id, kind: isBelow ? 'same' : 'moved' };
}

/** Whether a row that changed no longer stands where the sort order would have it. */
function isOutOfOrder({ order, rows }: QueueList, batch: LiveBatch, sort: AlarmSort): boolean {
  const isTouched = (id: string | undefined): boolean =>
    id !== undefined && (batch.alarms.has(id) || batch.counts.has(id));
  let former: QueueRow | undefined;
  for (const id of order) {
    const row = rows.get(id);
    if (row === undefined || row.gone) continue;
    const isPairNew = isTouched(id) || isTouched(former?.alarm.alarm_id);
    if (former !== undefined && isPairNew) {
      if (comparePlaces(placeOf(former, sort), placeOf(row, sort), sort) > 0) return true;
    }
    former = row;
  }
  return false;
}
