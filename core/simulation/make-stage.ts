import { isReference } from '../directive/compile-conditions.ts';
import { STICKY_FIELDS, type RuleField, type StickyField } from '../directive/directive.ts';
import type { RuleSource } from '../directive/directive-source.ts';
import type { Fault } from '../directive/fault.ts';
import type { AddressChooser } from './address-chooser.ts';
import type { Taste } from './address-taste.ts';
import type { Random } from './random.ts';
import { SIMULATION_SENSOR, type EventKey, type SimulatedEvent } from './simulated-event.ts';
import {
  allowsAll,
  customDataCandidates,
  ephemeralPort,
  portCandidates,
  protocolFor,
} from './text-candidates.ts';

/** Addresses that play a part in a whole story, and are taken where they fit. */
export interface Cast {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** What the events of every stage of one attack share. */
export interface StageMaker {
  readonly addresses: AddressChooser;
  readonly random: Random;
  /** A text that no event had before. */
  readonly invent: () => string;
  readonly tastes: { readonly from: Taste; readonly to: Taste };
  readonly cast: Cast;
  /** The first event of each stage made so far: index 0 is stage 1. */
  readonly firstEvents: readonly SimulatedEvent[];
  /** `stage field` of every value that a later rule refers to. */
  readonly referredTo: ReadonlySet<string>;
}

type Value = string | number;

/** Answers a value that fits the rule and is not among those seen, undefined when there is none (left). */
type Source = (seen: ReadonlySet<Value>) => Value | undefined;

const STICKY_KEYS: Readonly<Record<StickyField, EventKey>> = {
  PLUGIN_SID: 'plugin_sid',
  SRC_IP: 'src_ip',
  DST_IP: 'dst_ip',
  SRC_PORT: 'src_port',
  DST_PORT: 'dst_port',
  CUSTOM_DATA1: 'custom_data1',
  CUSTOM_DATA2: 'custom_data2',
  CUSTOM_DATA3: 'custom_data3',
};

const EVENT_KEYS: Readonly<Record<RuleField, EventKey>> = {
  from: 'src_ip',
  to: 'dst_ip',
  port_from: 'src_port',
  port_to: 'dst_port',
  protocol: 'protocol',
  custom_data1: 'custom_data1',
  custom_data2: 'custom_data2',
  custom_data3: 'custom_data3',
};

/** The events that a stage needs, in their order, or why there cannot be such events. */
export function makeStage(
  rule: RuleSource,
  maker: StageMaker,
): { readonly events: readonly SimulatedEvent[] } | { readonly fault: Fault } {
  const { sticky_different: sticky = '' } = rule;
  const stickyKey = isSticky(sticky) ? STICKY_KEYS[sticky] : undefined;
  const parts = partsOf(rule, maker, stickyKey);
  const common: Partial<Record<EventKey, Value>> = { ...describeRule(rule) };
  for (const part of parts) {
    if (part.key === stickyKey) continue;
    const value = part.source(new Set());
    if (value === undefined) return { fault: explain(rule, part, maker) };
    if (value !== '') Object.assign(common, labelled(part.key, value));
  }
  const stickyPart = parts.find(({ key }) => key === stickyKey);
  const events: SimulatedEvent[] = [];
  const seen = new Set<Value>();
  while (events.length < rule.occurrence) {
    const value = stickyPart?.source(seen);
    if (stickyPart !== undefined && value === undefined) {
      const isFirst = seen.size === 0;
      return { fault: isFirst ? explain(rule, stickyPart, maker) : explainSticky(rule, seen.size) };
    }
    if (stickyPart === undefined || value === undefined) {
      events.push(common);
    } else {
      seen.add(value);
      events.push({ ...common, ...labelled(stickyPart.key, value) });
    }
  }
  return { events };
}

/** One field of the events of a stage. */
interface Part {
  readonly key: EventKey;
  /** As the rule has it. */
  readonly field: RuleField | 'plugin_sid';
  readonly source: Source;
}

function partsOf(rule: RuleSource, maker: StageMaker, stickyKey: EventKey | undefined): Part[] {
  const parts: Part[] = [
    { key: 'src_ip', field: 'from', source: addressSource(rule, 'from', maker) },
    { key: 'dst_ip', field: 'to', source: addressSource(rule, 'to', maker) },
    { key: 'src_port', field: 'port_from', source: portSource(rule, 'port_from', maker) },
    { key: 'dst_port', field: 'port_to', source: portSource(rule, 'port_to', maker) },
    { key: 'protocol', field: 'protocol', source: protocolSource(rule, maker) },
  ];
  if (rule.type === 'PluginRule') {
    const source = sourceOf((rule.plugin_sid ?? []).values());
    parts.push({ key: 'plugin_sid', field: 'plugin_sid', source });
  }
  for (const field of ['custom_data1', 'custom_data2', 'custom_data3'] as const) {
    const isNeeded = field === stickyKey || maker.referredTo.has(`${String(rule.stage)} ${field}`);
    if (allowsAll(rule[field]) && !isNeeded) continue;
    parts.push({ key: field, field, source: customDataSource(rule, field, maker) });
  }
  return parts;
}

function describeRule(rule: RuleSource): SimulatedEvent {
  const { name = '', stage, type, plugin_id, product, category, subcategory } = rule;
  const title = `Simulated: ${name === '' ? `stage ${String(stage)}` : name}`;
  const common = { title, sensor: SIMULATION_SENSOR };
  if (type === 'PluginRule') return { ...common, plugin_id: plugin_id ?? 0 };
  const [named = ''] = subcategory?.includes('ANY') === true ? [] : (subcategory ?? []);
  return {
    ...common,
    product: product?.find((text) => text !== '') ?? '',
    category: category ?? '',
    ...(named !== '' && { subcategory: named }),
  };
}

/** Custom data comes with a label. */
function labelled(key: EventKey, value: Value): SimulatedEvent {
  switch (key) {
    case 'custom_data1':
      return { custom_label1: 'simulated', [key]: value };
    case 'custom_data2':
      return { custom_label2: 'simulated', [key]: value };
    case 'custom_data3':
      return { custom_label3: 'simulated', [key]: value };
    default:
      return { [key]: value };
  }
}

/** Takes the values one after the other, leaving out those that were seen. */
function sourceOf(values: Iterator<Value, unknown>): Source {
  return (seen) => {
    for (;;) {
      const next = values.next();
      if (next.done === true) return undefined;
      if (!seen.has(next.value)) return next.value;
    }
  };
}

/** The source of a reference: its one value; undefined when the text is none. */
function referenceSource(
  text: string | undefined,
  field: RuleField,
  { firstEvents }: StageMaker,
): Source | undefined {
  if (text === undefined || !isReference(text)) return undefined;
  const value = firstEvents[Number(text.slice(1)) - 1]?.[EVENT_KEYS[field]] ?? '';
  return (seen) => (seen.has(value) ? undefined : value);
}

function addressSource(rule: RuleSource, field: 'from' | 'to', maker: StageMaker): Source {
  const text = rule[field];
  const { addresses, tastes, cast } = maker;
  return (
    referenceSource(text.trim(), field, maker) ??
    ((seen) => {
      const wish = { text, isSource: field === 'from', taste: tastes[field] };
      return addresses.choose({ ...wish, preferred: cast[field], seen });
    })
  );
}

function portSource(rule: RuleSource, field: 'port_from' | 'port_to', maker: StageMaker): Source {
  const text = rule[field]?.trim();
  const start = field === 'port_from' ? ephemeralPort(maker.random()) : undefined;
  return referenceSource(text, field, maker) ?? sourceOf(portCandidates(text, start));
}

function protocolSource({ protocol }: RuleSource, maker: StageMaker): Source {
  return referenceSource(protocol, 'protocol', maker) ?? (() => protocolFor(protocol));
}

function customDataSource(
  rule: RuleSource,
  field: 'custom_data1' | 'custom_data2' | 'custom_data3',
  maker: StageMaker,
): Source {
  const text = rule[field];
  return referenceSource(text, field, maker) ?? sourceOf(customDataCandidates(text, maker.invent));
}

function explain(rule: RuleSource, { field }: Part, { addresses }: StageMaker): Fault {
  const { stage } = rule;
  if (field === 'plugin_sid') return { stage, field, problem: 'is empty' };
  const got = rule[field];
  const problem =
    field === 'from' || field === 'to'
      ? addresses.explain(rule[field], field === 'from')
      : 'no value fits';
  return { stage, field, problem, got };
}

function explainSticky(rule: RuleSource, found: number): Fault {
  const { stage, occurrence, sticky_different: got } = rule;
  const problem = `asks for ${String(occurrence)} different values, the rule allows ${String(found)}`;
  return { stage, field: 'sticky_different', problem, got };
}

function isSticky(text: string): text is StickyField {
  return Object.hasOwn(STICKY_FIELDS, text);
}
