import type { AlarmRule } from '../alarm/alarm-record.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import { compileConditions, normalizeAddresses } from './compile-conditions.ts';
import { STICKY_FIELDS, type Rule, type StickyField } from './directive.ts';
import type { RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';

/** Compiles one rule; the rule is undefined when there are faults. */
export function compileRule(source: RuleSource): { rule: Rule | undefined; faults: Fault[] } {
  const { conditions, references, faults } = compileConditions(source);
  const sticky = compileSticky(source, faults);
  if (faults.length > 0) return { rule: undefined, faults };
  const from = normalizeAddresses(source.from);
  const to = normalizeAddresses(source.to);
  return {
    faults,
    rule: {
      stage: source.stage,
      occurrence: source.occurrence,
      reliability: source.reliability,
      timeoutSeconds: source.timeout ?? 0,
      matchesKey: compileKey(source),
      conditions,
      references,
      stickyValue: sticky === undefined ? undefined : STICKY_FIELDS[sticky],
      openFrom: isOpen(from),
      openTo: isOpen(to),
      shown: showRule(source),
      source,
    },
  };
}

function isOpen(text: string): boolean {
  return text === 'ANY' || text === 'HOME_NET' || text === '!HOME_NET';
}

/** Whether the text names a sticky field. */
function isStickyField(text: string): text is StickyField {
  return Object.hasOwn(STICKY_FIELDS, text);
}

function compileSticky(source: RuleSource, faults: Fault[]): StickyField | undefined {
  const field = source.sticky_different;
  if (field === undefined || field === '') return undefined;
  const { stage } = source;
  if (!isStickyField(field)) {
    const problem = `must be empty or one of ${Object.keys(STICKY_FIELDS).join(', ')}`;
    faults.push({ stage, field: 'sticky_different', problem, got: field });
    return undefined;
  }
  if (field === 'PLUGIN_SID' && source.type !== 'PluginRule') {
    const problem = 'PLUGIN_SID needs a PluginRule';
    faults.push({ stage, field: 'sticky_different', problem, got: field });
  }
  return field;
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
