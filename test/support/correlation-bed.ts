// Compiled directives, contexts and events for tests of correlation without actors.
import { compileAssets } from '../../core/asset/compile-assets.ts';
import type { AssetSource } from '../../core/asset/assets.ts';
import { offerEvent, type Verdict } from '../../core/correlation/advance.ts';
import type { Backlog, CorrelationContext } from '../../core/correlation/backlog.ts';
import type { Effect } from '../../core/correlation/effect.ts';
import { openBacklog } from '../../core/correlation/open-backlog.ts';
import { compileDirective } from '../../core/directive/compile-directive.ts';
import type { Directive } from '../../core/directive/directive.ts';
import type { DirectiveSource, RuleSource } from '../../core/directive/directive-source.ts';
import type { NormalizedEvent } from '../../core/event/normalized-event.ts';
import { parseEvent } from '../../core/event/parse-event.ts';

/** Unix seconds at which tests begin. */
export const START = 1_800_000_000;

/** A rule of plugin 1, sid `stage`, that takes every address. */
export function createRule(stage: number, changes: Partial<RuleSource> = {}): RuleSource {
  return {
    ...{ name: `stage ${String(stage)}`, type: 'PluginRule', stage, plugin_id: 1 },
    ...{ plugin_sid: [stage], occurrence: 1, from: 'ANY', to: 'ANY', reliability: 5, timeout: 60 },
    ...changes,
  };
}

/** What makes a rule of `createRule` one for the product p and the category c. */
export const TAXONOMY: Partial<RuleSource> = {
  ...{ type: 'TaxonomyRule', plugin_id: undefined, plugin_sid: undefined },
  ...{ product: ['p'], category: 'c' },
};

/** A directive of the rules given, id 1 and priority 5 unless changed. */
export function createDirectiveSource(
  rules: readonly RuleSource[],
  changes: Partial<DirectiveSource> = {},
): DirectiveSource {
  return {
    ...{ id: 1, name: 'a directive', kingdom: 'a kingdom', category: 'a category', priority: 5 },
    rules,
    ...changes,
  };
}

/** The compiled directive; throws when it has faults. */
export function compile(source: DirectiveSource): Directive {
  const { directive, faults } = compileDirective(source);
  if (directive === undefined) throw new Error(JSON.stringify(faults));
  return directive;
}

/** A directive of these rules, compiled. */
export function compileRules(
  rules: readonly RuleSource[],
  changes: Partial<DirectiveSource> = {},
): Directive {
  return compile(createDirectiveSource(rules, changes));
}

export const ASSETS: readonly AssetSource[] = [
  { name: 'office', cidr: '10.0.0.0/8', value: 2 },
  { name: 'servers', cidr: '10.20.0.0/16', value: 4 },
  { name: 'db01', cidr: '10.20.0.5', value: 5 },
  { name: 'office v6', cidr: 'fd00::/8', value: 2 },
];

/** The options and assets in force, those of an installation without options unless changed. */
export function createContext(
  changes: Partial<CorrelationContext> = {},
  assets: readonly AssetSource[] = ASSETS,
): CorrelationContext {
  return {
    assets: compileAssets(assets).assets,
    ...{ discardOutOfOrder: true, minAlarmLifetimeSeconds: 0, medRiskMin: 3, medRiskMax: 6 },
    ...{ initialStatus: 'Open', initialTag: 'Identified Threat' },
    ...changes,
  };
}

let created = 0;

/** What a test says of an event: keys as a sender writes them, and its time in seconds after START. */
export type EventFields = Readonly<Record<string, unknown>> & { readonly at?: number };

/** An event of plugin 1, sid 1, at START; its id is new unless given. */
export function createEvent({ at = 0, ...fields }: EventFields = {}): NormalizedEvent {
  created += 1;
  const event = parseEvent({
    ...{ event_id: `e${String(created)}`, timestamp: new Date((START + at) * 1000).toISOString() },
    ...{ title: 'an event', sensor: 'a sensor', src_ip: '10.0.0.1', dst_ip: '10.20.0.5' },
    ...{ plugin_id: 1, plugin_sid: 1 },
    ...fields,
  });
  if (event === undefined) throw new Error(`no valid event: ${JSON.stringify(fields)}`);
  return event;
}

/** A backlog under test with everything that it has asked the outside to do. */
export interface BacklogUnderTest {
  readonly backlog: Backlog;
  readonly effects: Effect[];
  /** Offers an event that was admitted at its own time, or at `now` seconds after START. */
  readonly offer: (fields: EventFields, now?: number) => Verdict;
}

/** Opens a backlog with an event of stage 1. */
export function open(
  directive: Directive,
  fields: EventFields = {},
  context = createContext(),
): BacklogUnderTest {
  const effects: Effect[] = [];
  const { id, name, kingdom, category, priority, ruleSet } = directive;
  const head = { id, name, kingdom, category, priority };
  const input = { sequence: 0, now: START + (fields.at ?? 0), event: createEvent(fields) };
  const backlog = openBacklog({ alarmId: 'AAAAAAAAA', head, ruleSet }, input, context, effects);
  return {
    backlog,
    effects,
    offer: (offered, now = offered.at ?? 0) => {
      const event = createEvent(offered);
      return offerEvent(backlog, { sequence: 1, now: START + now, event }, context, effects);
    },
  };
}

/** The directive with one more condition on its rules after stage 1, for instance one that throws. */
export function addCondition(
  directive: Directive,
  condition: (title: string) => boolean,
): Directive {
  const rules = directive.ruleSet.rules.map((rule) => ({
    ...rule,
    conditions: [
      ...rule.conditions,
      (event: { readonly title: string }): boolean => condition(event.title),
    ],
  }));
  return changeRuleSet(directive, { rules });
}

/** The directive with other compiled rules, to have it misbehave. */
export function changeRuleSet(
  directive: Directive,
  changes: Partial<Directive['ruleSet']>,
): Directive {
  const { rules, asWritten, allRulesAlwaysActive, keyFields, routes } = directive.ruleSet;
  const ruleSet = { rules, asWritten, allRulesAlwaysActive, keyFields, routes, ...changes };
  return { ...directive, ruleSet };
}
