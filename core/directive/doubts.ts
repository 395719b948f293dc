import { formatNetwork, isHost, isNetworkFault, parseNetwork } from '../address/network.ts';
import { isReference } from './compile-conditions.ts';
import type { RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';
import { splitList } from './value-list.ts';

/** What is allowed in a directive but hardly meant (SPEC §2): each names stage, field and what will happen. */
export function findDoubts(rules: readonly RuleSource[]): readonly Fault[] {
  const doubts: Fault[] = [];
  const add = (doubt: Fault | undefined): void => {
    if (doubt !== undefined) doubts.push(doubt);
  };
  for (const rule of rules) {
    add(doubtTimeout(rule));
    add(doubtRoute(rule));
    add(doubtOccurrence(rule));
  }
  return doubts.sort((left, right) => (left.stage ?? 0) - (right.stage ?? 0));
}

function doubtTimeout({ stage, timeout = 0 }: RuleSource): Fault | undefined {
  if (stage === 1 || timeout > 0) return undefined;
  return { stage, field: 'timeout', problem: 'is 0, the stage expires within a second', got: 0 };
}

function doubtRoute({ stage, type, product }: RuleSource): Fault | undefined {
  if (stage > 1 || type !== 'TaxonomyRule') return undefined;
  if (product?.some((text) => text !== '') === true) return undefined;
  const problem = 'has no product an event can bring, nothing can start this directive';
  return { stage, field: 'product', problem, got: product };
}

function doubtOccurrence(source: RuleSource): Fault | undefined {
  const { stage, occurrence } = source;
  const reachable = reachableStickyValues(source);
  if (reachable === undefined || reachable >= occurrence) return undefined;
  const problem = `can never be reached, sticky_different ${source.sticky_different ?? ''} allows ${String(reachable)} at most`;
  return { stage, field: 'occurrence', problem, got: occurrence };
}

/** How many different values the sticky field of a rule can take, undefined when the rule does not bound it. */
function reachableStickyValues(source: RuleSource): number | undefined {
  switch (source.sticky_different) {
    case 'PLUGIN_SID':
      return new Set(source.plugin_sid).size;
    case 'SRC_IP':
      return countAddresses(source.from);
    case 'DST_IP':
      return countAddresses(source.to);
    case 'SRC_PORT':
      return countTexts(source.port_from);
    case 'DST_PORT':
      return countTexts(source.port_to);
    case 'CUSTOM_DATA1':
      return countTexts(source.custom_data1);
    case 'CUSTOM_DATA2':
      return countTexts(source.custom_data2);
    case 'CUSTOM_DATA3':
      return countTexts(source.custom_data3);
    default:
      return undefined;
  }
}

function countAddresses(text: string): number | undefined {
  if (isReference(text.trim())) return 1;
  const hosts = new Set<string>();
  for (const { negated, value } of splitList(text)) {
    const network = parseNetwork(value);
    // ANY and HOME_NET are no networks
    if (negated || isNetworkFault(network) || !isHost(network)) return undefined;
    hosts.add(formatNetwork(network));
  }
  return hosts.size;
}

function countTexts(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === 'ANY') return undefined;
  if (isReference(text)) return 1;
  const entries = splitList(text);
  if (entries.some(({ negated }) => negated)) return undefined;
  // One text without a comma is compared without regard to case, so several spellings can come.
  if (entries.length === 1 && text.toLowerCase() !== text.toUpperCase()) return undefined;
  return new Set(entries.map(({ value }) => value)).size;
}
