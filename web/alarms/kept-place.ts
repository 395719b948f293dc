// The cursor keeps its place on the screen when rows leave or come back above it.
import { signal, type ReadonlySignal } from '@preact/signals';
import { cursor, queueOrder } from './queue-store.ts';

const shift = signal<{ readonly rows: number } | null>(null);

/** How many rows the list is to be scrolled by after the newest change of it; each is a new object. */
export const rowShift: ReadonlySignal<{ readonly rows: number } | null> = shift;

/** Runs a change of the list and tells by how many rows the cursor's row has moved. */
export function keepPlaceOf(change: () => void): void {
  const before = placeOf();
  change();
  const after = placeOf();
  if (before >= 0 && after >= 0 && before !== after) shift.value = { rows: after - before };
}

function placeOf(): number {
  const { value } = cursor;
  return value === null ? -1 : queueOrder.peek().indexOf(value);
}
