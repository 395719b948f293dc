// What waits behind the pill until it is taken in.
import { countOf, formatCount } from '../../format/numbers.ts';

type RiskClass = 'Low' | 'Medium' | 'High';

export interface Waiting {
  /** Alarms that the list does not have, with their risk class. */
  readonly fresh: ReadonlyMap<string, RiskClass>;
  /** Whether the sort order has changed. */
  readonly reordered: boolean;
}

/** News of an alarm that the list does not have; `same`: nothing about whether it belongs there. */
export type Newcomer =
  | { readonly id: string; readonly kind: 'out' }
  | { readonly id: string; readonly kind: 'same' }
  | { readonly id: string; readonly kind: 'moved' }
  | { readonly id: string; readonly kind: 'fresh'; readonly riskClass: RiskClass };

/** Beyond it the exact number helps nobody, and memory stays flat. */
const MOST_FRESH = 10_000;

export const NOTHING_WAITS: Waiting = { fresh: new Map(), reordered: false };

/** What waits after news of alarms; the same object when that is nothing. */
export function waitFor(waiting: Waiting, newcomers: readonly Newcomer[]): Waiting {
  let fresh: Map<string, RiskClass> | undefined;
  let { reordered } = waiting;
  for (const newcomer of newcomers) {
    const { id, kind } = newcomer;
    const known = fresh ?? waiting.fresh;
    if (kind === 'moved') reordered = true;
    if (kind === 'out' && known.has(id)) {
      fresh ??= new Map(known);
      fresh.delete(id);
    }
    if (kind !== 'fresh' || known.get(id) === newcomer.riskClass) continue;
    if (known.size >= MOST_FRESH && !known.has(id)) continue;
    fresh ??= new Map(known);
    fresh.set(id, newcomer.riskClass);
  }
  if (fresh === undefined && reordered === waiting.reordered) return waiting;
  return { fresh: fresh ?? waiting.fresh, reordered };
}

/** `4 new alarms`, `1 High, 3 more`, `New order`; empty when nothing waits. */
export function pillText({ fresh, reordered }: Waiting): string {
  if (fresh.size === 0) return reordered ? 'New order' : '';
  const high = [...fresh.values()].filter((risk) => risk === 'High').length;
  const more = fresh.size - high;
  const size = fresh.size >= MOST_FRESH ? `${formatCount(MOST_FRESH)}+` : undefined;
  if (high === 0) return size === undefined ? countOf(more, 'new alarm') : `${size} new alarms`;
  if (more === 0) return `${formatCount(high)} new High`;
  return `${formatCount(high)} High, ${formatCount(more)} more`;
}
