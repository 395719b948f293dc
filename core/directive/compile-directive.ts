import { checkRule } from './compile-rule.ts';
import { findDoubts } from './doubts.ts';
import type { Directive, RuleSet } from './directive.ts';
import type { DirectiveSource, RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';
import { LazyRuleSet } from './lazy-rule-set.ts';

/** A directive ready to correlate, or every fault of its values; warnings name what is doubtful but allowed (SPEC §2). */
export function compileDirective(source: DirectiveSource): {
  readonly directive: Directive | undefined;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
} {
  const { ruleSet, faults } = compileRuleSet(source.rules, source.all_rules_always_active === true);
  if (ruleSet === undefined) return { directive: undefined, faults, warnings: [] };
  const { id, name, kingdom, category, priority } = source;
  const directive = { id, name, kingdom, category, priority, ruleSet, source };
  return { directive, faults, warnings: findDoubts(source.rules) };
}

/** Compiles the rules of one directive, in any order, shape-checked before; faults name their stages. */
export function compileRuleSet(
  sources: readonly RuleSource[],
  allRulesAlwaysActive: boolean,
): { readonly ruleSet: RuleSet | undefined; readonly faults: readonly Fault[] } {
  const faults = checkStages(sources);
  for (const source of sources) faults.push(...checkRule(source));
  if (faults.length > 0) return { ruleSet: undefined, faults };
  return { ruleSet: new LazyRuleSet(sources, allRulesAlwaysActive), faults };
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
