// The counts of the filters, moved by own changes before the engine has counted anew.
import type { z } from 'zod';
import { facetValuesOf, FACET_NAMES } from '../../../core/alarm/alarm-facets.ts';
import type { alarmFacets } from '../../../server/schemas/alarm.ts';
import type { QueueRow } from './queue-row.ts';

export type Facets = z.infer<typeof alarmFacets>;
type Facet = Facets['status'];

export interface MovedRow {
  readonly before: QueueRow;
  readonly after: QueueRow;
  /** Whether it belonged to the list, and does. */
  readonly wasIn: boolean;
  readonly isIn: boolean;
}

/** The facets after rows changed their marks, or left the list, or came back. */
export function moveFacets(facets: Facets, moved: readonly MovedRow[]): Facets {
  let next = facets;
  for (const { before, after, wasIn, isIn } of moved) {
    for (const name of FACET_NAMES) {
      // The status is told by the tabs, which obey all filters but itself.
      const isOpen = name === 'status';
      const from = isOpen || wasIn ? facetValuesOf(before, name) : [];
      const to = isOpen || isIn ? facetValuesOf(after, name) : [];
      const facet = moveValues(next[name], from, to);
      if (facet !== next[name]) next = { ...next, [name]: facet };
    }
  }
  return next;
}

function moveValues(facet: Facet, from: readonly string[], to: readonly string[]): Facet {
  const steps = new Map<string, number>();
  for (const value of from) steps.set(value, (steps.get(value) ?? 0) - 1);
  for (const value of to) steps.set(value, (steps.get(value) ?? 0) + 1);
  if ([...steps.values()].every((step) => step === 0)) return facet;
  const values = facet.values.map(({ value, count }) => ({
    value,
    count: Math.max(0, count + (steps.get(value) ?? 0)),
  }));
  return { ...facet, values };
}
