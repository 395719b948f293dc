import type { FirstEvent } from '../event/first-event.ts';
import { REFERENCE_FIELDS, type Rule, type RuleField } from './directive.ts';

const FIELDS: readonly RuleField[] = [
  'from',
  'to',
  'port_from',
  'port_to',
  'protocol',
  'custom_data1',
  'custom_data2',
  'custom_data3',
];

/**
 * The fields that every rule after stage 1 binds to the first event of stage 1, directly or through other stages. With
 * all_rules_always_active stage 1 must bind the field too, which it does where its `from` or `to` stands open
 * (SPEC §5 step 1).
 */
export function findKeyFields(
  rules: readonly Rule[],
  allRulesAlwaysActive: boolean,
): readonly RuleField[] {
  const [first] = rules;
  if (first === undefined) return [];
  return FIELDS.filter((field) => {
    if (allRulesAlwaysActive && !isBoundByStage1(first, field)) return false;
    return rules.slice(1).every((rule) => isBound(rule, field, rules));
  });
}

function isBoundByStage1(first: Rule, field: RuleField): boolean {
  return (field === 'from' && first.openFrom) || (field === 'to' && first.openTo);
}

function isBound(rule: Rule, field: RuleField, rules: readonly Rule[]): boolean {
  const reference = rule.references.find((candidate) => candidate.field === field);
  if (reference === undefined) return false;
  if (reference.stage === 1) return true;
  const target = rules[reference.stage - 1];
  return target !== undefined && isBound(target, field, rules);
}

/** A text that is equal for two events exactly when all `keyFields` are; undefined when one is not known. */
export function compileKeyText(
  keyFields: readonly RuleField[],
): (event: FirstEvent) => string | undefined {
  const fields = keyFields.map((field) => REFERENCE_FIELDS[field]);
  const [only] = fields;
  if (fields.length === 1 && (only === 'srcIp' || only === 'dstIp')) return (event) => event[only];
  return (event) => {
    let text = '';
    for (const field of fields) {
      const value = event[field];
      if (value === undefined) return undefined;
      text += `${String(value)}\u0000`;
    }
    return text;
  };
}
