// The server's clock in this browser, and the one timer by which every relative time ticks.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { createStoredChoice } from './stored-choice.ts';
import type { Zone } from './times.ts';

const zones = createStoredChoice<Zone>('zone', ['local', 'utc']);

/** Whether times are written in the browser's zone or in UTC. */
export const zone: ReadonlySignal<Zone> = zones.value;

/** Changes the zone of every time on the page, and remembers it. */
export const chooseZone = zones.choose;

let offset = 0;
const ticking = signal(Math.floor(Date.now() / 1000));

/** Whole Unix seconds by the server's clock; ticks once a second while the page is seen. */
export const now: ReadonlySignal<number> = ticking;

/** As `now`, for what changes only by the minute. */
export const nowMinute: ReadonlySignal<number> = computed(
  () => Math.floor(ticking.value / 60) * 60,
);

/** Unix seconds with fraction by the server's clock. */
export function serverNow(): number {
  return Date.now() / 1000 + offset;
}

/** Sets the clock right: the server's time of this moment, Unix seconds. */
export function setServerTime(time: number): void {
  offset = time - Date.now() / 1000;
  tick();
}

/** Starts the timer; once for a page. */
export function startClock(): void {
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
}

function tick(): void {
  if (typeof document !== 'undefined' && document.hidden) return;
  ticking.value = Math.floor(serverNow());
}
