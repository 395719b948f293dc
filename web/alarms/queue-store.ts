// What the queue shows, for as long as the page is open: it follows the feed also while another page is shown, so that one
// comes back to the list one left.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { AlarmSort } from '../../core/alarm/alarm-order.ts';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { getJson } from '../api/client.ts';
import { session } from '../api/session.ts';
import { serverNow } from '../format/clock.ts';
import type { LiveBatch } from '../live/feed-batch.ts';
import { subscribeLive } from '../live/live.ts';
import { toApiQuery, type QueueState } from '../router/queue-state.ts';
import { toSort } from './list/list-sort.ts';
import { compileQueueFilter, type QueueFilter } from './list/live-filter.ts';
import { mergeLive } from './list/live-merge.ts';
import { keepPending } from './list/own-changes.ts';
import { addPage, renewRows, shownRows, startList, type QueueList } from './list/queue-list.ts';
import type { AlarmListAnswer, QueueRow } from './list/queue-row.ts';
import type { Cell } from './list/row-cells.ts';
import { keepSelected, NO_SELECTION, type Selection } from './list/selection.ts';
import { NOTHING_WAITS, waitFor, type Waiting } from './list/waiting.ts';

/** A list with what it was asked for. */
export interface ShownQueue {
  /** The query that it answers. */
  readonly key: string;
  readonly state: QueueState;
  readonly fits: QueueFilter;
  readonly sort: AlarmSort;
  readonly list: QueueList;
  readonly waiting: Waiting;
}

/** More rows than anybody reads: the rest is told as a number. */
export const MOST_ROWS = 10_000;
/** Enough for a large screen; more would only be in the way of the first row. */
const FIRST_PAGE = 60;
const FURTHER_PAGE = { least: 100, most: 500 };
/** Of a list whose rows are loaded anew. */
const LEAST_RENEWED = 200;
const MOST_AT_ONCE = 1000;
const FLASH_MS = 1000;

const queue = signal<ShownQueue | null>(null);
const failure = signal<ApiError | null>(null);
const loading = signal(false);
const flashed = signal<ReadonlyMap<string, ReadonlySet<Cell>>>(new Map());

/** The list; null until there is one. */
export const shownQueue: ReadonlySignal<ShownQueue | null> = queue;
/** Why the newest request for it failed. */
export const queueFailure: ReadonlySignal<ApiError | null> = failure;
/** Whether a list is on its way. */
export const isLoading: ReadonlySignal<boolean> = loading;
/** Cells that have changed within the last second, by alarm id. */
export const flashes: ReadonlySignal<ReadonlyMap<string, ReadonlySet<Cell>>> = flashed;
/** Its rows, in order. */
export const queueRows: ReadonlySignal<readonly QueueRow[]> = computed(() =>
  queue.value === null ? [] : shownRows(queue.value.list),
);
/** Their ids. */
export const queueOrder: ReadonlySignal<readonly string[]> = computed(() =>
  queueRows.value.map(({ alarm }) => alarm.alarm_id),
);
export const cursor = signal<string | null>(null);
export const selection = signal<Selection>(NO_SELECTION);
/** Whether the queue is on the screen. */
export const isQueueShown = signal(false);

let asking: AbortController | undefined;
/** The query that is on its way, or was last. */
let askedKey: string | undefined;
let pageAsking = false;
/** Batches that came while a list was on its way. */
let meanwhile: LiveBatch[] = [];
let stopLive: (() => void) | undefined;

/** Shows the list of an address; one that is shown or asked for already stays as it is. Resolves when it is there or has failed. */
export async function openQueue(state: QueueState, firstStatus: string): Promise<void> {
  stopLive ??= subscribeLive(takeBatch);
  const key = toApiQuery(state, firstStatus).toString();
  if (key === (loading.peek() ? askedKey : queue.peek()?.key)) return;
  await load(state, firstStatus);
}

/** Takes in what waits, and the new order. */
export async function renewQueue(): Promise<void> {
  const { value: shown } = queue;
  const firstStatus = session.peek()?.statuses[0];
  if (shown !== null && firstStatus !== undefined) await load(shown.state, firstStatus);
}

/** Loads what is to be seen up to row `end`, page after page. */
export async function loadRows(end: number): Promise<void> {
  while (!pageAsking) {
    const before = queue.peek();
    const next = before?.list.next ?? null;
    if (before === null || next === null || loading.peek()) return;
    if (queueRows.peek().length >= Math.min(end, MOST_ROWS)) return;
    pageAsking = true;
    try {
      const query = new URLSearchParams(before.key);
      const missing = Math.min(end, MOST_ROWS) - queueRows.peek().length;
      const { least, most } = FURTHER_PAGE;
      query.set('limit', String(Math.max(least, Math.min(most, missing))));
      query.set('cursor', next);
      const answer = await getJson<AlarmListAnswer>('/alarms', { query });
      const { value: now } = queue;
      if (now?.key !== before.key || now.list.next !== next) return;
      queue.value = { ...now, list: addPage(now.list, answer) };
    } catch (thrown) {
      failure.value = toApiError(thrown);
      return;
    } finally {
      pageAsking = false;
    }
  }
}

/** Replaces the list by one with own changes in it. */
export function putList(list: QueueList): void {
  const { value: shown } = queue;
  if (shown === null) return;
  queue.value = { ...shown, list };
  selection.value = keepSelected(selection.peek(), queueOrder.peek());
}

async function load(state: QueueState, firstStatus: string): Promise<void> {
  asking?.abort();
  const controller = new AbortController();
  asking = controller;
  meanwhile = [];
  loading.value = true;
  const query = toApiQuery(state, firstStatus);
  const key = query.toString();
  askedKey = key;
  query.set('limit', String(FIRST_PAGE));
  const takenAt = Math.floor(serverNow());
  try {
    const { signal: aborted } = controller;
    const answer = await getJson<AlarmListAnswer>('/alarms', { query, signal: aborted });
    if (aborted.aborted) return;
    const isOther = queue.peek()?.key !== key;
    const overlays = queue.peek()?.list.overlays ?? new Map();
    const fits = compileQueueFilter(state, firstStatus);
    const list = keepPending(startList(answer, takenAt), overlays, (row) => fits(row, takenAt));
    const sort = toSort(state.sort);
    queue.value = { key, state, fits, sort, list, waiting: NOTHING_WAITS };
    loading.value = false;
    failure.value = null;
    flashed.value = new Map();
    selection.value = isOther ? NO_SELECTION : keepSelected(selection.peek(), queueOrder.peek());
    for (const batch of meanwhile) merge(batch);
    if (meanwhile.some(lacksSomething)) void fillGap();
  } catch (thrown) {
    if (controller.signal.aborted) return;
    loading.value = false;
    failure.value = toApiError(thrown);
  }
}

function takeBatch(batch: LiveBatch): void {
  if (loading.peek()) meanwhile.push(batch);
  merge(batch);
  if (lacksSomething(batch)) void fillGap();
  takeIntoEmpty();
}

/** Whether there may be something that neither the list nor the feed has told. */
function lacksSomething({ renew, begunAt = 0 }: LiveBatch): boolean {
  return renew || begunAt > (queue.peek()?.list.asOf ?? begunAt);
}

/** A list without rows says that new ones appear by themselves: none moves when they do. Own changes are answered first. */
function takeIntoEmpty(): void {
  const { value: shown } = queue;
  if (shown === null || queueRows.peek().length > 0 || loading.peek()) return;
  const isChanging = [...shown.list.overlays.values()].some(({ pending }) => pending > 0);
  if (!isChanging && shown.waiting.fresh.size > 0) void renewQueue();
}

function merge(batch: LiveBatch): void {
  const { value: shown } = queue;
  if (shown === null) return;
  const result = mergeLive(shown, batch, {
    ...{ fits: shown.fits, sort: shown.sort, now: Math.floor(serverNow()) },
    ...{ me: session.peek()?.name ?? '', isShown: isQueueShown.peek() },
  });
  queue.value = { ...shown, list: result.list, waiting: result.waiting };
  if (result.flashes.size > 0 && isQueueShown.peek()) flash(result.flashes);
}

/** Something was missed: the loaded rows are asked for anew, and merged by id. */
async function fillGap(): Promise<void> {
  const { value: before } = queue;
  if (before === null || loading.peek()) return;
  const query = new URLSearchParams(before.key);
  const count = Math.max(LEAST_RENEWED, before.list.order.length);
  query.set('limit', String(Math.min(MOST_AT_ONCE, count)));
  try {
    const answer = await getJson<AlarmListAnswer>('/alarms', { query });
    const { value: now } = queue;
    if (now?.key !== before.key) return;
    const { list, fresh } = renewRows(now.list, answer, now.sort);
    const newcomers = fresh.map(({ alarm }) => ({
      ...{ id: alarm.alarm_id, riskClass: alarm.risk_class, kind: 'fresh' as const },
    }));
    queue.value = { ...now, list, waiting: waitFor(now.waiting, newcomers) };
    takeIntoEmpty();
  } catch (thrown) {
    failure.value = toApiError(thrown);
  }
}

function flash(changed: ReadonlyMap<string, readonly Cell[]>): void {
  const added = new Map([...changed].map(([id, cells]) => [id, new Set(cells)] as const));
  const next = new Map(flashed.peek());
  for (const [id, cells] of added) next.set(id, new Set([...(next.get(id) ?? []), ...cells]));
  flashed.value = next;
  setTimeout(() => {
    flashed.value = withoutFlashes(flashed.peek(), added);
  }, FLASH_MS);
}

function withoutFlashes(
  present: ReadonlyMap<string, ReadonlySet<Cell>>,
  ended: ReadonlyMap<string, ReadonlySet<Cell>>,
): ReadonlyMap<string, ReadonlySet<Cell>> {
  const next = new Map(present);
  for (const [id, cells] of ended) {
    const left = new Set([...(next.get(id) ?? [])].filter((cell) => !cells.has(cell)));
    if (left.size === 0) next.delete(id);
    else next.set(id, left);
  }
  return next;
}
