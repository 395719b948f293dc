// A directive with a fault of shape can have other faults that only its compiled form shows. So that one run names them
// all, a valid value stands in for each faulty one; what is then found in that field itself is not reported.

import { isList, isRecord, valueAt, type JsonPath } from './json-value.ts';

const STAND_INS: Readonly<Record<string, unknown>> = {
  id: 1,
  name: 'name',
  kingdom: 'kingdom',
  category: 'category',
  priority: 1,
  disabled: false,
  all_rules_always_active: false,
  description: '',
  runbook: 'http://localhost/',
  false_positives: [],
  attack: [],
  occurrence: 1,
  reliability: 1,
  timeout: 1,
  from: 'ANY',
  to: 'ANY',
  port_from: '',
  port_to: '',
  protocol: '',
  custom_data1: '',
  custom_data2: '',
  custom_data3: '',
  sticky_different: '',
  plugin_id: 1,
  plugin_sid: [1],
  product: ['product'],
  subcategory: [],
};

/** A value, and where in the directive it goes. */
export interface StandIn {
  readonly path: JsonPath;
  readonly value: unknown;
}

/** What can stand in for the faulty value at `path` of a directive; undefined when nothing can, such as for a whole rule. */
export function findStandIn(directive: unknown, path: JsonPath): StandIn | undefined {
  const place = path[0] === 'rules' ? path.slice(0, 3) : path.slice(0, 1);
  const field = place.at(-1);
  if (typeof field !== 'string') return undefined;
  if (field === 'stage') return { path: place, value: lowestFreeStage(directive) };
  if (field === 'type') {
    const rule = valueAt(directive, place.slice(0, -1));
    const isTaxonomy = isRecord(rule) && ('product' in rule || 'category' in rule);
    return { path: place, value: isTaxonomy ? 'TaxonomyRule' : 'PluginRule' };
  }
  return Object.hasOwn(STAND_INS, field) ? { path: place, value: STAND_INS[field] } : undefined;
}

function lowestFreeStage(directive: unknown): number {
  const rules = valueAt(directive, ['rules']);
  const stages = new Set(isList(rules) ? rules.map((rule) => valueAt(rule, ['stage'])) : []);
  let stage = 1;
  while (stages.has(stage)) stage += 1;
  return stage;
}
