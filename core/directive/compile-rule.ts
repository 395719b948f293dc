import type { AlarmRule } from '../alarm/alarm-record.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import { compileConditions, normalizeAddresses } from './compile-conditions.ts';
import { STICKY_FIELDS, type Rule, type StickyField } from './directive.ts';
import type { RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';

/** What is wrong with the values of one rule; empty when it can be compiled. */
export function checkRule(source: RuleSource): readonly Fault[] {
  const { faults } = compileConditions(source);
  const sticky = checkSticky(source);
  return sticky === undefined ? faults : [...faults, sticky];
}

/** Compiles one rule in which checkRule finds nothing wrong. */
export function compileRule(source: RuleSource): Rule {
  const { conditions, references } = compileConditions(source);
  const { sticky_different: sticky = '' } = source;
  return {
    stage: source.stage,
    occurrence: source.occurrence,
    reliability: source.reliability,
    timeoutSeconds: source.timeout ?? 0,
    matchesKey: compileKey(source),
    conditions,
    references,
    stickyValue: isStickyField(sticky) ? STICKY_FIELDS[sticky] : undefined,
    openFrom: isOpen(normalizeAddresses(source.from)),
    openTo: isOpen(normalizeAddresses(source.to)),
    shown: showRule(source),
    source,
  };
}

function isOpen(text: string): boolean {
  return text === 'ANY' || text === 'HOME_NET' || text === '!HOME_NET';
}

/** Whether the text names a sticky field. */
function isStickyField(text: string): text is StickyField {
  return Object.hasOwn(STICKY_FIELDS, text);
}

function checkSticky({ stage, type, sticky_different: got }: RuleSource): Fault | undefined {
  if (got === undefined || got === '') return undefined;
  const field = 'sticky_different';
  if (!isStickyField(got)) {
    const problem = `must be empty or one of ${Object.keys(STICKY_FIELDS).join(', ')}`;
    return { stage, field, problem, got };
  }
  if (got !== 'PLUGIN_SID' || type === 'PluginRule') return undefined;
  return { stage, field, problem: 'PLUGIN_SID needs a PluginRule', got };
}

function compileKey(source: RuleSource): (event: NormalizedEvent) => boolean {
  if (source.type === 'PluginRule') return compilePluginKey(source);
  const products = new Set(source.product);
  const { category } = source;
  const subcategories = new Set(source.subcategory);
  const anySubcategory = subcategories.size === 0 || subcategories.has('ANY');
  return (event) =>
    event.category === category &&
    products.has(event.product) &&
    (anySubcategory || subcategories.has(event.subcategory));
}

function compilePluginKey(source: RuleSource): (event: NormalizedEvent) => boolean {
  const pluginId = source.plugin_id;
  const sids = new Set(source.plugin_sid);
  const [only] = sids;
  if (sids.size === 1) {
    return (event) => event.pluginSid === only && event.pluginId === pluginId;
  }
  return (event) => event.pluginId === pluginId && sids.has(event.pluginSid);
}

/** The rule as alarms show it (SPEC §6): keys that are absent when empty are left out. */
function showRule(source: RuleSource): AlarmRule {
  return {
    name: source.name ?? '',
    stage: source.stage,
    occurrence: source.occurrence,
    from: source.from,
    to: source.to,
    plugin_id: source.type === 'PluginRule' ? (source.plugin_id ?? 0) : 0,
    ...filled('plugin_sid', source.plugin_sid),
    ...filled('product', source.product),
    ...filled('category', source.category),
    ...filled('subcategory', source.subcategory),
    type: source.type,
    port_from: source.port_from ?? 'ANY',
    port_to: source.port_to ?? 'ANY',
    protocol: source.protocol ?? 'ANY',
    reliability: source.reliability,
    timeout: source.timeout ?? 0,
    ...filled('custom_data1', source.custom_data1),
    ...filled('custom_data2', source.custom_data2),
    ...filled('custom_data3', source.custom_data3),
    ...filled('sticky_different', source.sticky_different),
  };
}

function filled<Key extends string, Value extends string | readonly unknown[]>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  if (value === undefined || value.length === 0) return {};
  const result: Partial<Record<Key, Value>> = {};
  result[key] = value;
  return result;
}
