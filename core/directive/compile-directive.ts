import { compileRule } from './compile-rule.ts';
import { findKeyFields } from './correlation-key.ts';
import { findDoubts } from './doubts.ts';
import type { Directive, Route, Rule, RuleSet } from './directive.ts';
import type { DirectiveSource, RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';

/** A compiled directive, or every fault of its values; warnings name what is doubtful but allowed (SPEC §2). */
export function compileDirective(source: DirectiveSource): {
  readonly directive: Directive | undefined;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
} {
  const { ruleSet, faults } = compileRuleSet(source.rules, source.all_rules_always_active === true);
  if (ruleSet === undefined) return { directive: undefined, faults, warnings: [] };
  const { id, name, kingdom, category, priority } = source;
  const directive = { id, name, kingdom, category, priority, ruleSet, source };
  return { directive, faults, warnings: findDoubts(ruleSet) };
}

/** Compiles the rules of one directive, in any order, shape-checked before; faults name their stages. */
export function compileRuleSet(
  sources: readonly RuleSource[],
  allRulesAlwaysActive: boolean,
): { readonly ruleSet: RuleSet | undefined; readonly faults: readonly Fault[] } {
  const faults = checkStages(sources);
  const rules: Rule[] = [];
  for (const source of sources) {
    const compiled = compileRule(source);
    faults.push(...compiled.faults);
    if (compiled.rule !== undefined) rules.push(compiled.rule);
  }
  if (faults.length > 0) return { ruleSet: undefined, faults };
  const byStage = [...rules].sort((left, right) => left.stage - right.stage);
  const ruleSet: RuleSet = {
    rules: byStage,
    asWritten: rules,
    allRulesAlwaysActive,
    keyFields: findKeyFields(byStage, allRulesAlwaysActive),
    routes: findRoutes(rules),
  };
  return { ruleSet, faults };
}

function checkStages(sources: readonly RuleSource[]): Fault[] {
  const faults: Fault[] = [];
  const stages = new Set<number>();
  for (const { stage, occurrence } of sources) {
    if (stages.has(stage)) {
      faults.push({
        stage,
        field: 'stage',
        problem: 'must be unique in the directive',
        got: stage,
      });
    }
    if (stage === 1 && occurrence !== 1) {
      faults.push({ stage, field: 'occurrence', problem: 'must be 1 in stage 1', got: occurrence });
    }
    stages.add(stage);
  }
  for (let stage = 1; stage <= stages.size; stage += 1) {
    if (stages.has(stage)) continue;
    const got = [...stages].sort((left, right) => left - right).join(', ');
    const problem = `stages must run from 1 without a gap, stage ${String(stage)} is missing`;
    faults.push({ field: 'rules', problem, got });
    break;
  }
  return faults;
}

function findRoutes(rules: readonly Rule[]): Route[] {
  const routes = new Map<string, Route>();
  for (const { source } of rules) {
    for (const route of source.type === 'PluginRule'
      ? pluginRoutes(source)
      : taxonomyRoutes(source)) {
      routes.set(JSON.stringify(route), route);
    }
  }
  return [...routes.values()];
}

function pluginRoutes({ plugin_id: pluginId = 0, plugin_sid: sids = [] }: RuleSource): Route[] {
  return sids.map((pluginSid) => ({ type: 'plugin', pluginId, pluginSid }));
}

function taxonomyRoutes({ product: products = [], category = '' }: RuleSource): Route[] {
  return products.map((product) => ({ type: 'taxonomy', product, category }));
}
