// Random directives over very few addresses, ports and texts, so that rules, events and backlogs collide often.
// References are drawn as numbers and bent to an earlier stage, so that a counter-example stays valid while it shrinks.

import fc from 'fast-check';
import type { DirectiveSource, RuleSource } from '../../core/directive/directive-source.ts';

/** The addresses that events come from and rules name; the last one is whitelisted in the scenarios' assets. */
export const HOSTS = ['203.0.113.1', '203.0.113.2', '10.0.0.1', '10.0.0.2', 'fd00:10::1'] as const;

/** What product, category and subcategory events and rules use. */
export const TAXONOMY = {
  products: ['firewall', 'proxy'],
  categories: ['Access', 'Malware'],
  subcategories: ['Denied', 'Allowed'],
} as const;

const NETWORKS = ['10.0.0.0/8', '203.0.113.0/31', 'fd00:10::/32', '::/0', '0.0.0.0/0'];

const negation = fc.constantFrom('', '', '!', '! ');

/** A text of a rule: as it stands, or a reference to the stage that the number is bent to. */
type Draft = string | undefined | { readonly reference: number };

const reference = fc.nat({ max: 5 }).map((number): Draft => ({ reference: number }));

function listOf(entries: readonly string[]): fc.Arbitrary<string> {
  const entry = fc.tuple(negation, fc.constantFrom(...entries)).map((parts) => parts.join(''));
  return fc
    .tuple(fc.array(entry, { minLength: 1, maxLength: 3 }), fc.constantFrom(',', ', ', ' , '))
    .map(([list, separator]) => list.join(separator));
}

const address: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 9, arbitrary: fc.constant('ANY') },
  { weight: 5, arbitrary: reference },
  { weight: 2, arbitrary: fc.constantFrom('HOME_NET', '!HOME_NET') },
  { weight: 2, arbitrary: listOf([...HOSTS, ...NETWORKS]) },
);

const port: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom(undefined, 'ANY') },
  { weight: 2, arbitrary: reference },
  { weight: 1, arbitrary: listOf(['22', '80']) },
);

const protocol: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom(undefined, 'ANY', '') },
  { weight: 2, arbitrary: reference },
  { weight: 1, arbitrary: fc.constantFrom('TCP', 'UDP', ':udp') },
);

const customData: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(undefined, 'ANY', '') },
  { weight: 2, arbitrary: reference },
  { weight: 1, arbitrary: fc.constantFrom('alpha', '!alpha', ' Alpha ', ':beta') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('alpha,beta', '!alpha, !beta', 'Alpha,!beta', '!beta,alpha'),
  },
);

const sticky = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(undefined, '') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['SRC_IP', 'DST_IP', 'SRC_PORT', 'DST_PORT', 'PLUGIN_SID'],
      ...['CUSTOM_DATA1', 'CUSTOM_DATA2', 'CUSTOM_DATA3'],
    ),
  },
);

const key = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      type: fc.constant('PluginRule' as const),
      plugin_id: fc.constant(1),
      plugin_sid: fc.constantFrom([1], [2], [1, 2], [2, 3], [1, 2, 3], [1, 2, 3]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('TaxonomyRule' as const),
      product: fc.subarray([...TAXONOMY.products], { minLength: 1 }),
      category: fc.constantFrom(...TAXONOMY.categories),
      subcategory: fc.constantFrom(undefined, ['ANY'], ['Denied'], [...TAXONOMY.subcategories]),
    }),
  },
);

const ruleDraft = fc.record({
  key,
  occurrence: fc.integer({ min: 1, max: 3 }),
  reliability: fc.constantFrom(10, 6, 3, 0),
  timeout: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(3600, 3600, 3600, 30) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, 0, 1, 5) },
  ),
  from: address,
  to: address,
  portFrom: port,
  portTo: port,
  protocol,
  customData: fc.tuple(customData, customData, customData),
  sticky,
});

type RuleDraft = typeof ruleDraft extends fc.Arbitrary<infer Value> ? Value : never;

/** Which fields every later stage refers to, directly or through another stage: the correlation key of the directive. */
const correlationKey = fc.constantFrom<readonly ('from' | 'to' | 'portTo' | 'customData1')[]>(
  [],
  [],
  ['from'],
  ['to'],
  ['from', 'to'],
  ['from', 'portTo'],
  ['customData1'],
);

const directiveDraft = fc.record({
  name: fc.constantFrom('plain', 'SRC_IP', 'SRC_IP to DST_IP, DST_IP'),
  priority: fc.constantFrom(5, 3, 1),
  alwaysActive: fc.boolean(),
  rules: fc.array(ruleDraft, { minLength: 2, maxLength: 4 }),
  correlationKey,
  keyReference: fc.nat({ max: 5 }),
  rotation: fc.nat({ max: 3 }),
});

type DirectiveDraft = typeof directiveDraft extends fc.Arbitrary<infer Value> ? Value : never;

/** Valid directives with ids from 1, with and without a correlation key, their rules in any order. */
export const directivesArbitrary: fc.Arbitrary<DirectiveSource[]> = fc
  .array(directiveDraft, { minLength: 1, maxLength: 3 })
  .map((drafts) => drafts.map(directiveOf));

function directiveOf(draft: DirectiveDraft, index: number): DirectiveSource {
  const rules = draft.rules.map((rule, position) => ruleOf(keyed(rule, draft), position + 1));
  const cut = draft.rotation % rules.length;
  return {
    id: index + 1,
    name: draft.name,
    kingdom: 'Test Kingdom',
    category: 'Test Category',
    priority: draft.priority,
    all_rules_always_active: draft.alwaysActive,
    rules: [...rules.slice(cut), ...rules.slice(0, cut)],
  };
}

function keyed(
  rule: RuleDraft,
  { correlationKey: fields, keyReference }: DirectiveDraft,
): RuleDraft {
  const bound = { reference: keyReference };
  const [first, second, third] = rule.customData;
  return {
    ...rule,
    from: fields.includes('from') ? bound : rule.from,
    to: fields.includes('to') ? bound : rule.to,
    portTo: fields.includes('portTo') ? bound : rule.portTo,
    customData: [fields.includes('customData1') ? bound : first, second, third],
  };
}

function ruleOf(draft: RuleDraft, stage: number): RuleSource {
  const [first, second, third] = draft.customData;
  const fitting =
    draft.sticky === 'PLUGIN_SID' && draft.key.type === 'TaxonomyRule' ? '' : draft.sticky;
  return {
    name: `stage ${String(stage)}`,
    ...draft.key,
    stage,
    occurrence: stage === 1 ? 1 : draft.occurrence,
    reliability: draft.reliability,
    timeout: draft.timeout,
    from: textOf(draft.from, stage) ?? 'ANY',
    to: textOf(draft.to, stage) ?? 'ANY',
    port_from: textOf(draft.portFrom, stage),
    port_to: textOf(draft.portTo, stage),
    protocol: textOf(draft.protocol, stage),
    custom_data1: textOf(first, stage),
    custom_data2: textOf(second, stage),
    custom_data3: textOf(third, stage),
    sticky_different: fitting,
  };
}

// Stage 1 has nothing to refer to.
function textOf(draft: Draft, stage: number): string | undefined {
  if (typeof draft !== 'object') return draft;
  return stage === 1 ? undefined : `:${String((draft.reference % (stage - 1)) + 1)}`;
}
