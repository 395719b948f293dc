// Taking in what waits: when somebody asks for it, or by itself for wall screens.
import { signal, type ReadonlySignal } from '@preact/signals';
import { pillText } from './list/waiting.ts';
import { cursor, isLoading, queueOrder, renewQueue, selection, shownQueue } from './queue-store.ts';

const PERIOD_MS = 500;
const STILL_MS = 3000;
const IN_USE =
  '[role=menu], dialog[open], input:not([type=checkbox]):focus, textarea:focus, select:focus';

const isOn = signal(false);
const taken = signal(0);
let timer: ReturnType<typeof setInterval> | undefined;
let pointerAt = 0;

/** Whether new alarms come in by themselves. */
export const following: ReadonlySignal<boolean> = isOn;
/** Changes whenever the list was taken anew and should be seen from its top. */
export const takenIn: ReadonlySignal<number> = taken;

/** Takes in new alarms and the new order, and goes to the top. */
export function takeInNew(): void {
  void renewQueue().then(() => {
    cursor.value = queueOrder.peek()[0] ?? null;
    taken.value += 1;
  });
}

/** Follows, or no longer. */
export function toggleFollow(): void {
  isOn.value = !isOn.value;
  clearInterval(timer);
  if (isOn.value) timer = setInterval(followOnce, PERIOD_MS);
}

/** The pointer moved over the list: it must not move under it. */
export function notePointer(): void {
  pointerAt = Date.now();
}

function followOnce(): void {
  const waiting = shownQueue.peek()?.waiting;
  if (waiting === undefined || pillText(waiting) === '' || isLoading.peek()) return;
  const { ids, all } = selection.peek();
  const isBusy = ids.size > 0 || all !== null || Date.now() - pointerAt < STILL_MS;
  if (document.hidden || isBusy || document.querySelector(IN_USE) !== null) return;
  takeInNew();
}
