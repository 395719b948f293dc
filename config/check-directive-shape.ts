// zod takes most of the time in which many thousand directives are read, and copies each. A plain guard goes first: it
// accepts only what zod would answer unchanged, so that zod has to look at the others alone, to explain or to strip them.

import type { DirectiveSource, RuleSource } from '../core/directive/directive-source.ts';
import { checkShape, type ShapeCheck } from './check-shape.ts';
import { isList, isRecord } from './json-value.ts';
import { ATTACK_ID, directiveSchema, WEB_ADDRESS } from './schemas.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Checks the shape of one directive as its JSON file holds it (SPEC §2); keys that are not known are left out. */
export function checkDirectiveShape(value: unknown): ShapeCheck<DirectiveSource> {
  if (isPlainDirective(value)) return { ok: true, value };
  return checkShape<DirectiveSource>(directiveSchema, value);
}

/** Whether a parsed JSON value is a directive of the right shape that has no key but those of its type. */
export function isPlainDirective(value: unknown): value is DirectiveSource {
  return (
    isRecord(value) &&
    hasOnly(value, DIRECTIVE_KEYS) &&
    isWhole(value['id'], 1) &&
    isFilled(value['name']) &&
    isFilled(value['kingdom']) &&
    isFilled(value['category']) &&
    isWhole(value['priority'], 1, 5) &&
    isAbsentOr(isYesOrNo, value['disabled']) &&
    isAbsentOr(isYesOrNo, value['all_rules_always_active']) &&
    isListOf(isPlainRule, value['rules'], 2) &&
    hasPlainNotes(value)
  );
}

function hasPlainNotes(directive: Fields): boolean {
  const { false_positives: causes, attack } = directive;
  return (
    isAbsentOr(isText, directive['description']) &&
    isAbsentOr(isWebAddress, directive['runbook']) &&
    (causes === undefined || isListOf(isFilled, causes)) &&
    (attack === undefined || isListOf(isAttackId, attack))
  );
}

function isPlainRule(value: unknown): value is RuleSource {
  if (!isRecord(value)) return false;
  switch (value['type']) {
    case 'PluginRule':
      return hasOnly(value, PLUGIN_RULE_KEYS) && hasPlainCommon(value) && hasPlainPluginKey(value);
    case 'TaxonomyRule':
      return hasOnly(value, TAXONOMY_RULE_KEYS) && hasPlainCommon(value) && hasPlainTaxonomy(value);
    default:
      return false;
  }
}

function hasPlainCommon(rule: Fields): boolean {
  return (
    isWhole(rule['stage'], 1, 255) &&
    isWhole(rule['occurrence'], 1) &&
    isWhole(rule['reliability'], 0, 10) &&
    (rule['timeout'] === undefined || isWhole(rule['timeout'], 0)) &&
    isFilled(rule['from']) &&
    isFilled(rule['to']) &&
    isAbsentOr(isText, rule['name']) &&
    isAbsentOr(isText, rule['port_from']) &&
    isAbsentOr(isText, rule['port_to']) &&
    isAbsentOr(isText, rule['protocol']) &&
    isAbsentOr(isText, rule['custom_data1']) &&
    isAbsentOr(isText, rule['custom_data2']) &&
    isAbsentOr(isText, rule['custom_data3']) &&
    isAbsentOr(isText, rule['sticky_different'])
  );
}

function hasPlainPluginKey(rule: Fields): boolean {
  return isWhole(rule['plugin_id'], 1) && isListOf(isSid, rule['plugin_sid'], 1);
}

function hasPlainTaxonomy(rule: Fields): boolean {
  return (
    isListOf(isText, rule['product'], 1) &&
    isFilled(rule['category']) &&
    (rule['subcategory'] === undefined || isListOf(isText, rule['subcategory']))
  );
}

const DIRECTIVE_KEYS = new Set<string>([
  ...(['id', 'name', 'kingdom', 'category', 'priority', 'disabled'] as const),
  ...(['all_rules_always_active', 'rules'] as const),
  ...(['description', 'runbook', 'false_positives', 'attack'] as const),
] satisfies (keyof DirectiveSource)[]);

const COMMON_KEYS = [
  ...(['name', 'type', 'stage', 'occurrence', 'reliability', 'timeout', 'from', 'to'] as const),
  ...(['port_from', 'port_to', 'protocol', 'custom_data1', 'custom_data2'] as const),
  ...(['custom_data3', 'sticky_different'] as const),
] satisfies (keyof RuleSource)[];

const PLUGIN_RULE_KEYS = new Set<string>([
  ...COMMON_KEYS,
  ...(['plugin_id', 'plugin_sid'] as const),
] satisfies (keyof RuleSource)[]);

const TAXONOMY_RULE_KEYS = new Set<string>([
  ...COMMON_KEYS,
  ...(['product', 'category', 'subcategory'] as const),
] satisfies (keyof RuleSource)[]);

function hasOnly(fields: Fields, known: ReadonlySet<string>): boolean {
  for (const key in fields) if (!known.has(key)) return false;
  return true;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isYesOrNo(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isWhole(value: unknown, minimum: number, maximum?: number): value is number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum) return false;
  return maximum === undefined || value <= maximum;
}

function isSid(value: unknown): value is number {
  return isWhole(value, 1);
}

function isAttackId(value: unknown): value is string {
  return isText(value) && ATTACK_ID.test(value);
}

function isWebAddress(value: unknown): value is string {
  return isText(value) && WEB_ADDRESS.test(value);
}

function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}

function isListOf(is: (value: unknown) => boolean, value: unknown, atLeast = 0): boolean {
  return isList(value) && value.length >= atLeast && value.every(is);
}
