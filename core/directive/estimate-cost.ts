import type { Directive } from './directive.ts';

/** A backlog that no key finds is offered every event of its directive, and of such backlogs there are several. */
const OFFERED_WITHOUT_KEY = 10;

/**
 * What a directive costs an engine compared with others, without having seen its events: for each route one event, handed
 * to its manager and offered to the backlogs of one key (to all of them where the rules bind no common field to stage 1,
 * and by every stage with all_rules_always_active), and the backlogs that its stages and occurrences keep alive.
 */
export function estimateCost({ ruleSet }: Directive): number {
  const { rules, routes, keyFields, allRulesAlwaysActive } = ruleSet;
  const offered = keyFields.length > 0 ? 1 : OFFERED_WITHOUT_KEY;
  const tried = allRulesAlwaysActive ? rules.length : 1;
  const occurrences = rules.reduce((sum, { occurrence }) => sum + occurrence, 0);
  return routes.length * (1 + offered * tried) + rules.length + Math.log2(occurrences);
}
