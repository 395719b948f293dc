// The store as one would write it without a thought for speed: the other side of the contract's properties.
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { parseNetwork, isNetworkFault, type Network } from '../../core/address/network.ts';
import type { AlarmCriteria, AlarmFilter } from '../../core/alarm/alarm-filter.ts';
import { ALARM_SORT_KEYS, type AlarmSort } from '../../core/alarm/alarm-order.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';

/** A filter with the texts its networks were read from. */
export interface ModelFilter {
  readonly filter: AlarmFilter;
  matches(state: AlarmState): boolean;
}

interface ModelCriterion {
  readonly criteria: AlarmCriteria;
  matches(state: AlarmState): boolean;
}

const NETWORKS = ['10.0.0.0/24', '10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/127', '::/0'];
const networkTexts = fc.uniqueArray(fc.constantFrom(...NETWORKS), { minLength: 1, maxLength: 2 });

function some<Value>(...values: readonly [Value, ...Value[]]): fc.Arbitrary<Value[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
}

const criterion: fc.Arbitrary<ModelCriterion> = fc.oneof(
  some('Open', 'Closed', 'In-Progress').map((status) => ({
    criteria: { status },
    matches: ({ alarm }: AlarmState) => status.includes(alarm.status),
  })),
  some('False Positive', 'Identified Threat').map((tag) => ({
    criteria: { tag },
    matches: ({ alarm }: AlarmState) => tag.includes(alarm.tag),
  })),
  some('Low' as const, 'Medium' as const, 'High' as const).map((risk) => ({
    criteria: { risk },
    matches: ({ alarm }: AlarmState) => risk.includes(alarm.risk_class),
  })),
  fc.integer({ min: 0, max: 10 }).map((minRisk) => ({
    criteria: { minRisk },
    matches: ({ alarm }: AlarmState) => alarm.risk >= minRisk,
  })),
  some('running' as const, 'complete' as const, 'stopped' as const).map((progress) => ({
    criteria: { progress },
    matches: (state: AlarmState) => progress.some((wanted) => wanted === state.progress),
  })),
  some(1, 2, 3, 9).map((directive) => ({
    criteria: { directive },
    matches: (state: AlarmState) => directive.includes(state.directive_id),
  })),
  networkTexts.map((texts) => ({
    criteria: { from: read(texts) },
    matches: ({ alarm }: AlarmState) => isAnyIn(alarm.src_ips, texts),
  })),
  networkTexts.map((texts) => ({
    criteria: { to: read(texts) },
    matches: ({ alarm }: AlarmState) => isAnyIn(alarm.dst_ips, texts),
  })),
  networkTexts.map((texts) => ({
    criteria: { address: read(texts) },
    matches: ({ alarm }: AlarmState) => isAnyIn([...alarm.src_ips, ...alarm.dst_ips], texts),
  })),
  fc.tuple(fc.option(fc.nat(20)), fc.option(fc.nat(20))).map(([since, until]) => ({
    criteria: { time: { since: since ?? undefined, until: until ?? undefined } },
    matches: ({ alarm }: AlarmState) =>
      alarm.update_time >= (since ?? 0) && alarm.update_time <= (until ?? Infinity),
  })),
  fc
    .constantFrom('brute', 'SCAN brute', ' port  2001:db8', 'alarm-01', 'can', '0.0.1')
    .map((q) => ({
      criteria: { q },
      matches: ({ alarm }: AlarmState) => {
        const { alarm_id, title, src_ips, dst_ips, status, tag, kingdom, category, networks } =
          alarm;
        const fields = [alarm_id, title, status, tag, kingdom, category, ...networks];
        const text = [...fields, ...src_ips, ...dst_ips].join('\n');
        return q
          .trim()
          .split(/ +/)
          .every((word) => beginsWordOf(word, text));
      },
    })),
);

/** Up to two criteria wanted, and up to two unwanted. */
export const modelFilters: fc.Arbitrary<ModelFilter> = fc
  .tuple(fc.array(criterion, { maxLength: 2 }), fc.array(criterion, { maxLength: 2 }))
  .map(([wanted, unwanted]) => {
    // of two criteria of one name the later one counts, in the filter as in the model
    const is = byName(wanted);
    const not = byName(unwanted);
    return {
      filter: { is: merge(is), not: merge(not) },
      matches: (state) =>
        is.every((each) => each.matches(state)) && !not.some((each) => each.matches(state)),
    };
  });

export const sorts: fc.Arbitrary<AlarmSort> = fc.record({
  by: fc.constantFrom(...ALARM_SORT_KEYS),
  descending: fc.boolean(),
});

/** All that fit, in order. */
export function listByModel(
  states: readonly AlarmState[],
  { matches }: ModelFilter,
  { by, descending }: AlarmSort,
): AlarmState[] {
  const valuesOf = {
    last: ({ alarm }: AlarmState) => alarm.update_time,
    risk: ({ alarm }: AlarmState) => alarm.risk * 1000 + alarm.update_time,
    created: ({ alarm }: AlarmState) => alarm.created_time,
    event: (state: AlarmState) => state.last_event,
    events: (state: AlarmState) => state.events_total,
  }[by];
  const factor = descending ? -1 : 1;
  return states
    .filter((state) => matches(state))
    .sort(
      (left, right) =>
        factor * (valuesOf(left) - valuesOf(right)) ||
        (left.alarm.alarm_id < right.alarm.alarm_id ? -1 : 1),
    );
}

function byName(criteria: readonly ModelCriterion[]): ModelCriterion[] {
  return [...new Map(criteria.map((each) => [Object.keys(each.criteria)[0], each])).values()];
}

function merge(criteria: readonly ModelCriterion[]): AlarmCriteria {
  return criteria.reduce<AlarmCriteria>((sum, each) => ({ ...sum, ...each.criteria }), {});
}

function read(texts: readonly string[]): Network[] {
  return texts.map((text) => {
    const network = parseNetwork(text);
    if (isNetworkFault(network)) throw new Error(network.problem);
    return network;
  });
}

function isAnyIn(addresses: readonly string[], networks: readonly string[]): boolean {
  return addresses.some((text) => {
    const address = ipaddr.parse(text);
    return networks.some((network) => {
      const [base, bits] = ipaddr.parseCIDR(
        network.includes('/') ? network : `${network}/${network.includes(':') ? '128' : '32'}`,
      );
      return address.kind() === base.kind() && address.match([base, bits]);
    });
  });
}

/** What is neither letter nor digit stands for anything of that kind. */
function beginsWordOf(word: string, text: string): boolean {
  const parts = word.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const pattern = parts.join('[^\\p{L}\\p{N}]+');
  return new RegExp(`(?<![\\p{L}\\p{N}])${pattern}`, 'iu').test(text);
}
