import { compileRuleSet } from '../directive/compile-directive.ts';
import type { Directive, RuleSet } from '../directive/directive.ts';
import type { RuleSource } from '../directive/directive-source.ts';

/** A compiler of saved rules that shares the directive's own rule set, and equal ones among themselves. */
export function createRuleSetSharing(
  directive: Directive,
): (rules: readonly RuleSource[]) => RuleSet | string {
  const { ruleSet } = directive;
  const shared = new Map<string, RuleSet>([
    [ruleSetText(ruleSet.rules.map(({ shown }) => shown)), ruleSet],
  ]);
  return (sources) => {
    const rules = sources.map(onlyRule);
    const text = ruleSetText(rules);
    const known = shared.get(text);
    if (known !== undefined) return known;
    const compiled = compileRuleSet(rules, ruleSet.allRulesAlwaysActive);
    if (compiled.ruleSet === undefined) {
      const [fault] = compiled.faults;
      return `stage ${String(fault?.stage ?? '?')}, ${fault?.field ?? 'rules'}: ${fault?.problem ?? ''}`;
    }
    shared.set(text, compiled.ruleSet);
    return compiled.ruleSet;
  };
}

/** The rule without its progress, in a fixed order of keys. */
function onlyRule(rule: RuleSource): RuleSource {
  const { name, type, stage, occurrence, reliability, timeout, from, to } = rule;
  return {
    ...{ name, type, stage, occurrence, reliability, timeout, from, to },
    port_from: rule.port_from,
    port_to: rule.port_to,
    protocol: rule.protocol,
    custom_data1: rule.custom_data1,
    custom_data2: rule.custom_data2,
    custom_data3: rule.custom_data3,
    sticky_different: rule.sticky_different,
    plugin_id: rule.plugin_id,
    plugin_sid: rule.plugin_sid,
    product: rule.product,
    category: rule.category,
    subcategory: rule.subcategory,
  };
}

function ruleSetText(rules: readonly RuleSource[]): string {
  return JSON.stringify(
    [...rules].sort((left, right) => left.stage - right.stage).map((rule) => onlyRule(rule)),
  );
}
