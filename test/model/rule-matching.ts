// Does an event match a rule: SPEC §4 and the values of SPEC §2, word by word.

import type { AssetSource } from '../../core/asset/assets.ts';
import type { RuleSource } from '../../core/directive/directive-source.ts';
import { canonical, contains, isInHomeNet } from './address-book.ts';
import type { RawEvent } from './model-input.ts';

/** What a rule is matched against besides the event. */
export interface MatchContext {
  readonly assets: readonly AssetSource[];
  /** The first event that each stage accepted, by stage. */
  readonly firstEvents: ReadonlyMap<number, RawEvent>;
}

/** Whether the rule has the event's plugin_id and plugin_sid, or its product and category (SPEC §5, routing). */
export function routes(rule: RuleSource, event: RawEvent): boolean {
  if (rule.type === 'PluginRule') {
    return rule.plugin_id === event.plugin_id && includes(rule.plugin_sid, event.plugin_sid);
  }
  return rule.category === event.category && includes(rule.product, event.product);
}

/** Whether everything but sticky_different fits (SPEC §4). */
export function matchesRule(rule: RuleSource, event: RawEvent, context: MatchContext): boolean {
  return (
    routes(rule, event) &&
    matchesSubcategory(rule, event) &&
    matchesProtocol(rule, event, context) &&
    matchesAddress(rule.from, 'src_ip', event, context) &&
    matchesAddress(rule.to, 'dst_ip', event, context) &&
    matchesPort(rule.port_from, 'src_port', event, context) &&
    matchesPort(rule.port_to, 'dst_port', event, context) &&
    matchesCustomData(rule.custom_data1, 'custom_data1', event, context) &&
    matchesCustomData(rule.custom_data2, 'custom_data2', event, context) &&
    matchesCustomData(rule.custom_data3, 'custom_data3', event, context)
  );
}

/** The stage that `:N` names; undefined when the text is no reference. */
export function referencedStage(text: string | undefined): number | undefined {
  const digits = /^:(\d+)$/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether an address text is one of the three that bind a stage 1 to its first event under all_rules_always_active. */
export function isOpenAddress(text: string): boolean {
  return ['ANY', 'HOME_NET', '!HOME_NET'].includes(text.replaceAll(' ', ''));
}

/** The value of the field that sticky_different names; undefined when the rule has none. */
export function stickyValue(
  { sticky_different: field }: RuleSource,
  event: RawEvent,
): string | undefined {
  switch (field) {
    case 'PLUGIN_SID':
      return String(event.plugin_sid);
    case 'SRC_IP':
      return canonical(event.src_ip);
    case 'DST_IP':
      return canonical(event.dst_ip);
    case 'SRC_PORT':
      return String(event.src_port ?? 0);
    case 'DST_PORT':
      return String(event.dst_port ?? 0);
    case 'CUSTOM_DATA1':
      return event.custom_data1 ?? '';
    case 'CUSTOM_DATA2':
      return event.custom_data2 ?? '';
    case 'CUSTOM_DATA3':
      return event.custom_data3 ?? '';
    default:
      return undefined;
  }
}

function includes<Value>(list: readonly Value[] | undefined, value: Value | undefined): boolean {
  return value !== undefined && (list ?? []).includes(value);
}

function matchesSubcategory(rule: RuleSource, event: RawEvent): boolean {
  const wanted = rule.subcategory ?? [];
  if (rule.type === 'PluginRule' || wanted.length === 0 || wanted.includes('ANY')) return true;
  return wanted.includes(event.subcategory ?? '');
}

function matchesProtocol(rule: RuleSource, event: RawEvent, context: MatchContext): boolean {
  const wanted = rule.protocol ?? '';
  if (wanted === '' || wanted === 'ANY') return true;
  const stage = referencedStage(wanted);
  if (stage === undefined) return wanted === (event.protocol ?? '');
  const first = context.firstEvents.get(stage);
  return first !== undefined && (first.protocol ?? '') === (event.protocol ?? '');
}

function matchesAddress(
  text: string,
  field: 'src_ip' | 'dst_ip',
  event: RawEvent,
  { assets, firstEvents }: MatchContext,
): boolean {
  const address = event[field];
  const wanted = text.replaceAll(' ', '');
  if (wanted === 'ANY') return true;
  if (wanted === 'HOME_NET') return isInHomeNet(assets, address);
  if (wanted === '!HOME_NET') return !isInHomeNet(assets, address);
  const stage = referencedStage(wanted);
  if (stage === undefined) return matchesList(wanted, (entry) => contains(entry, address));
  const first = firstEvents.get(stage);
  return first !== undefined && canonical(first[field]) === canonical(address);
}

function matchesPort(
  text: string | undefined,
  field: 'src_port' | 'dst_port',
  event: RawEvent,
  { firstEvents }: MatchContext,
): boolean {
  const port = event[field] ?? 0;
  const wanted = (text ?? '').replaceAll(' ', '');
  if (wanted === '' || wanted === 'ANY') return true;
  const stage = referencedStage(wanted);
  if (stage === undefined) return matchesList(wanted, (entry) => Number(entry) === port);
  const first = firstEvents.get(stage);
  return first !== undefined && (first[field] ?? 0) === port;
}

function matchesCustomData(
  text: string | undefined,
  field: 'custom_data1' | 'custom_data2' | 'custom_data3',
  event: RawEvent,
  { firstEvents }: MatchContext,
): boolean {
  const value = event[field] ?? '';
  const wanted = (text ?? '').trim();
  if (wanted === '' || wanted === 'ANY') return true;
  const stage = referencedStage(wanted);
  if (stage !== undefined) {
    const first = firstEvents.get(stage);
    return first !== undefined && (first[field] ?? '') === value;
  }
  if (wanted.includes(',')) return matchesList(wanted, (entry) => entry === value);
  const negated = wanted.startsWith('!');
  const plain = negated ? wanted.slice(1).trim() : wanted;
  return (plain.toLowerCase() === value.toLowerCase()) !== negated;
}

// Left to right; the result after the last entry stands (SPEC §2).
function matchesList(text: string, holds: (entry: string) => boolean): boolean {
  let result = false;
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry.startsWith('!')) {
      if (holds(entry.slice(1).trim())) return false;
      result = true;
    } else if (holds(entry)) {
      return true;
    }
  }
  return result;
}
