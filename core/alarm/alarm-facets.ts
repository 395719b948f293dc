import type { AlarmState } from './alarm-state.ts';
import { FirstItems } from './first-items.ts';

/** What alarms are counted by; each is also a criterion of AlarmFilter. */
export const FACET_NAMES = [
  'status',
  'tag',
  'risk',
  'progress',
  'directive',
  'from',
  'to',
] as const;
export type FacetName = (typeof FACET_NAMES)[number];

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** The values with the highest counts, highest first (equal ones by value), and all others together. */
export interface AlarmFacet {
  readonly values: readonly FacetValue[];
  /** `values` is how many further values there are. An alarm with several addresses counts once for each. */
  readonly rest: { readonly values: number; readonly count: number };
}

export type AlarmFacets = Readonly<Record<FacetName, AlarmFacet>>;

/** What the alarm counts for. */
export function facetValuesOf(state: AlarmState, name: FacetName): readonly string[] {
  const { alarm } = state;
  switch (name) {
    case 'status':
      return [alarm.status];
    case 'tag':
      return [alarm.tag];
    case 'risk':
      return [alarm.risk_class];
    case 'progress':
      return [state.progress];
    case 'directive':
      return [String(state.directive_id)];
    case 'from':
      return alarm.src_ips;
    case 'to':
      return alarm.dst_ips;
  }
}

/** Makes a facet with at most `limit` values out of the counts of all values. */
export function toFacet(counts: Iterable<readonly [string, number]>, limit: number): AlarmFacet {
  const first = new FirstItems<FacetValue>(
    limit,
    (left, right) => right.count - left.count || (left.value < right.value ? -1 : 1),
  );
  const rest = { values: 0, count: 0 };
  for (const [value, count] of counts) {
    first.offer({ value, count });
    rest.values += 1;
    rest.count += count;
  }
  const values = first.take();
  for (const { count } of values) rest.count -= count;
  rest.values -= values.length;
  return { values, rest };
}

/**
 * The facets of several stores as those of one, cut to `limit` values. Exact when the parts were asked for without a
 * limit; values that a part left out count among the rest.
 */
export function mergeFacets(parts: readonly AlarmFacets[], limit: number): AlarmFacets {
  const merged = (name: FacetName): AlarmFacet => {
    const counts = new Map<string, number>();
    let values = 0;
    let count = 0;
    for (const part of parts) {
      for (const known of part[name].values) {
        counts.set(known.value, (counts.get(known.value) ?? 0) + known.count);
      }
      values += part[name].rest.values;
      count += part[name].rest.count;
    }
    const facet = toFacet(counts, limit);
    return {
      values: facet.values,
      rest: { values: facet.rest.values + values, count: facet.rest.count + count },
    };
  };
  return mapFacets(merged);
}

/** One facet for each name. */
export function mapFacets(make: (name: FacetName) => AlarmFacet): AlarmFacets {
  return {
    status: make('status'),
    tag: make('tag'),
    risk: make('risk'),
    progress: make('progress'),
    directive: make('directive'),
    from: make('from'),
    to: make('to'),
  };
}
