import type { Assets } from '../asset/assets.ts';
import type { CorrelationContext } from '../correlation/backlog.ts';
import type { Backlog } from '../correlation/backlog.ts';
import { offerEvent } from '../correlation/advance.ts';
import { canOpen, openBacklog } from '../correlation/open-backlog.ts';
import { isReference } from '../directive/compile-conditions.ts';
import { REFERENCE_FIELDS, type Directive, type RuleField } from '../directive/directive.ts';
import type { Fault } from '../directive/fault.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import { parseEvent } from '../event/parse-event.ts';
import type { AddressChooser } from './address-chooser.ts';
import type { Taste } from './address-taste.ts';
import { makeStage, type Cast, type StageMaker } from './make-stage.ts';
import type { Random } from './random.ts';
import { stampEvent, type SimulatedEvent } from './simulated-event.ts';

/** An event of an attack, and the stage of the directive that it is meant for. */
export interface AttackEvent {
  readonly stage: number;
  readonly event: SimulatedEvent;
}

/** Events that carry one backlog of a directive from its first stage through its last. */
export interface Attack {
  readonly directive: Directive;
  readonly events: readonly AttackEvent[];
  /** The risk when each stage has finished, 0..10; index 0 is stage 1. At least one is above 0. */
  readonly risks: readonly number[];
}

/** An attack, or every reason that was found why the directive cannot raise an alarm. */
export type AttackResult = { readonly attack: Attack } | { readonly faults: readonly Fault[] };

/** What makes attacks on one set of assets; one for a run, so that attacks share no addresses that they need not share. */
export interface AttackMaker {
  readonly assets: Assets;
  readonly addresses: AddressChooser;
  readonly random: Random;
  /** A text that no event had before. */
  readonly invent: () => string;
}

interface Tastes {
  readonly from: Taste;
  readonly to: Taste;
}

/** From what happens to people to what is needed for a risk above 0. */
const TASTES: readonly Tastes[] = [
  { from: 'outside', to: 'network' },
  { from: 'outside', to: 'value' },
  { from: 'network', to: 'outside' },
  { from: 'value', to: 'outside' },
  { from: 'value', to: 'value' },
];
const NOBODY: Cast = { from: [], to: [] };

/**
 * Makes events that satisfy every stage of a directive (SPEC §2, §4) and tries them on the engine's own rules: an attack
 * is what correlation takes as one. Of the ways that it knows it takes the first whose last stage has a risk.
 */
export function makeAttack(
  directive: Directive,
  maker: AttackMaker,
  cast: Cast = NOBODY,
): AttackResult {
  let best: Attack | undefined;
  let faults: readonly Fault[] = [];
  for (const tastes of TASTES) {
    const made = makeEvents(directive, maker, { tastes, cast });
    if ('fault' in made) return { faults: [made.fault] };
    const tried = tryEvents(directive, made.events, maker.assets);
    if ('fault' in tried) return { faults: [tried.fault] };
    const attack = { directive, events: made.events, risks: tried.risks };
    if (tried.risks.some((risk) => risk > 0)) best ??= attack;
    else faults = [explainNoRisk(directive, tried)];
    if ((tried.risks.at(-1) ?? 0) > 0) return { attack };
  }
  return best === undefined ? { faults } : { attack: best };
}

function makeEvents(
  { ruleSet }: Directive,
  maker: AttackMaker,
  { tastes, cast }: { readonly tastes: Tastes; readonly cast: Cast },
): { readonly events: readonly AttackEvent[] } | { readonly fault: Fault } {
  const firstEvents: SimulatedEvent[] = [];
  const stages: StageMaker = {
    ...maker,
    ...{ tastes, cast, firstEvents, referredTo: findReferredTo(ruleSet.rules) },
  };
  const events: AttackEvent[] = [];
  for (const { source, stage } of ruleSet.rules) {
    const made = makeStage(source, stages);
    if ('fault' in made) return made;
    const [first] = made.events;
    if (first !== undefined) firstEvents.push(first);
    for (const event of made.events) events.push({ stage, event });
  }
  return { events };
}

const RULE_FIELDS = Object.keys(REFERENCE_FIELDS).filter(isRuleField);

function isRuleField(key: string): key is RuleField {
  return Object.hasOwn(REFERENCE_FIELDS, key);
}

function findReferredTo(rules: Directive['ruleSet']['rules']): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { source } of rules) {
    for (const field of RULE_FIELDS) {
      const text = source[field]?.trim() ?? '';
      if (isReference(text)) found.add(`${text.slice(1)} ${field}`);
    }
  }
  return found;
}

interface Trial {
  readonly risks: readonly number[];
  /** The highest asset value of all addresses. */
  readonly assetValue: number;
}

/** Any second will do: all events of a trial come in it. */
const NOW = 1_800_000_000;

function tryEvents(
  directive: Directive,
  events: readonly AttackEvent[],
  assets: Assets,
): Trial | { readonly fault: Fault } {
  const context: CorrelationContext = {
    ...{
      assets,
      discardOutOfOrder: true,
      minAlarmLifetimeSeconds: 0,
      medRiskMin: 3,
      medRiskMax: 6,
    },
    ...{ initialStatus: '', initialTag: '' },
  };
  let backlog: Backlog | undefined;
  for (const [sequence, { stage, event: simulated }] of events.entries()) {
    const event = readEvent(simulated, sequence);
    if (event === undefined) {
      return { fault: { stage, field: 'rules', problem: 'no valid event can satisfy the rule' } };
    }
    const input = { sequence, now: NOW, event };
    if (backlog === undefined) {
      if (!canOpen(directive.ruleSet, event, assets)) return { fault: missed(stage) };
      const { ruleSet } = directive;
      backlog = openBacklog({ alarmId: 'simulated', head: directive, ruleSet }, input, context, []);
    } else if (offerEvent(backlog, input, context, []) !== 'consumed') {
      return { fault: missed(stage) };
    }
  }
  const terms = backlog?.stages.map(({ riskTerms }) => riskTerms) ?? [];
  return {
    risks: terms.map((term) => term?.risk ?? 0),
    assetValue: Math.max(0, ...terms.map((term) => term?.assetValue ?? 0)),
  };
}

function readEvent(event: SimulatedEvent, index: number): NormalizedEvent | undefined {
  const time = new Date(NOW * 1000).toISOString();
  return parseEvent(stampEvent(event, { id: `trial-${String(index)}`, time }));
}

function missed(stage: number): Fault {
  return { stage, field: 'rules', problem: 'no event was found that satisfies the rule' };
}

function explainNoRisk({ priority, ruleSet }: Directive, { assetValue }: Trial): Fault {
  const reliability = Math.max(...ruleSet.rules.map((rule) => rule.reliability));
  const terms = [priority, reliability, assetValue].map(String).join(' × ');
  const problem = `the risk stays below 1, no alarm is ever written: priority × reliability × asset value is at most ${terms}, and 25 is needed`;
  return { field: 'priority', problem, got: priority };
}
