import type { Address } from '../address/address.ts';
import { compileContains, isNetworkFault, parseNetwork } from '../address/network.ts';
import type { Condition, Reference, RuleField } from './directive.ts';
import { REFERENCE_FIELDS } from './directive.ts';
import type { RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';
import { matchesList, splitList, type ListEntry } from './value-list.ts';

/** The conditions of a rule and what they refer to; with faults the conditions must not be used. */
export interface CompiledConditions {
  readonly conditions: readonly Condition[];
  readonly references: readonly Reference[];
  readonly faults: readonly Fault[];
}

/** A rule on its way to CompiledConditions. */
interface Compiling {
  readonly source: RuleSource;
  conditions: readonly Condition[];
  references: readonly Reference[];
  faults: readonly Fault[];
}

type TextField = 'protocol' | 'customData1' | 'customData2' | 'customData3';
type PortField = 'srcPort' | 'dstPort';
type AddressField = 'srcAddress' | 'dstAddress';

/** Compiles every value of a rule but its key, cheapest first (SPEC §2, §4). */
export function compileConditions(source: RuleSource): CompiledConditions {
  const compiled: Compiling = { source, conditions: NONE, references: NONE, faults: NONE };
  compileProtocol(compiled);
  compilePorts('port_from', 'srcPort', compiled);
  compilePorts('port_to', 'dstPort', compiled);
  compileCustomData('custom_data1', 'customData1', compiled);
  compileCustomData('custom_data2', 'customData2', compiled);
  compileCustomData('custom_data3', 'customData3', compiled);
  compileAddresses('from', 'srcAddress', compiled);
  compileAddresses('to', 'dstAddress', compiled);
  return compiled;
}

const NONE: readonly never[] = [];

/** Whether the text is a reference such as `:1`. */
export function isReference(text: string): boolean {
  return text.startsWith(':') && /^:\d+$/.test(text);
}

function isAny(text: string | undefined): text is undefined | '' | 'ANY' {
  return text === undefined || text === '' || text === 'ANY';
}

/** Adds the condition of a reference; answers whether `text` is one. A bad stage is a fault. */
function compileReference(field: RuleField, text: string, compiled: Compiling): boolean {
  if (!isReference(text)) return false;
  const { source } = compiled;
  const stage = Number(text.slice(1));
  if (source.stage === 1) {
    addFault(compiled, { field, problem: 'must not be a reference in stage 1', got: text });
  } else if (stage < 1 || stage >= source.stage) {
    addFault(compiled, { field, problem: 'must name an earlier stage', got: text });
  } else {
    const { reference, condition } = shareReference(field, stage);
    compiled.references = append(compiled.references, reference);
    addCondition(compiled, condition);
  }
  return true;
}

interface SharedReference {
  readonly reference: Reference;
  readonly condition: Condition;
}

/** By field and stage: there are few, and nearly every rule has some. */
const sharedReferences = new Map<RuleField, Map<number, SharedReference>>();

function shareReference(field: RuleField, stage: number): SharedReference {
  const ofField = sharedReferences.get(field) ?? new Map<number, SharedReference>();
  sharedReferences.set(field, ofField);
  const known = ofField.get(stage);
  if (known !== undefined) return known;
  const eventField = REFERENCE_FIELDS[field];
  const shared: SharedReference = {
    reference: { field, stage },
    condition: (event, firstEvents) =>
      firstEvents[stage - 1]?.firstEvent?.[eventField] === event[eventField],
  };
  ofField.set(stage, shared);
  return shared;
}

function compileProtocol(compiled: Compiling): void {
  const text = compiled.source.protocol;
  if (isAny(text) || compileReference('protocol', text, compiled)) return;
  addCondition(compiled, (event) => event.protocol === text);
}

function compileCustomData(
  field: 'custom_data1' | 'custom_data2' | 'custom_data3',
  eventField: TextField,
  compiled: Compiling,
): void {
  const text = compiled.source[field];
  if (isAny(text) || compileReference(field, text, compiled)) return;
  const entries = splitList(text);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const wanted = only.value.toLowerCase();
    const { negated } = only;
    addCondition(compiled, (event) => {
      const value = event[eventField];
      return (value === only.value || value.toLowerCase() === wanted) !== negated;
    });
  } else {
    addCondition(compiled, (event) => matchesList(entries, event[eventField], Object.is));
  }
}

function compilePorts(
  field: 'port_from' | 'port_to',
  eventField: PortField,
  compiled: Compiling,
): void {
  const { source } = compiled;
  const text = source[field]?.trim();
  if (isAny(text) || compileReference(field, text, compiled)) return;
  const entries: ListEntry<number>[] = [];
  for (const { negated, value } of splitList(text)) {
    const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (port < 1 || port > 65535) {
      const problem =
        'must be ANY, a reference such as :1, or ports 1 to 65535 separated by commas';
      addFault(compiled, { field, problem, got: source[field] });
      return;
    }
    entries.push({ negated, value: port });
  }
  addCondition(compiled, (event) => matchesList(entries, event[eventField], Object.is));
}

function compileAddresses(
  field: 'from' | 'to',
  eventField: AddressField,
  compiled: Compiling,
): void {
  const text = normalizeAddresses(compiled.source[field]);
  if (text === 'ANY' || compileReference(field, text, compiled)) return;
  if (text === 'HOME_NET') addCondition(compiled, IN_HOME_NET[eventField]);
  else if (text === '!HOME_NET') addCondition(compiled, OUTSIDE_HOME_NET[eventField]);
  else compileAddressList({ field, eventField, text }, compiled);
}

const IN_HOME_NET: Readonly<Record<AddressField, Condition>> = {
  srcAddress: ({ srcAddress }, _, assets) => assets.isInHomeNet(srcAddress),
  dstAddress: ({ dstAddress }, _, assets) => assets.isInHomeNet(dstAddress),
};

const OUTSIDE_HOME_NET: Readonly<Record<AddressField, Condition>> = {
  srcAddress: ({ srcAddress }, _, assets) => !assets.isInHomeNet(srcAddress),
  dstAddress: ({ dstAddress }, _, assets) => !assets.isInHomeNet(dstAddress),
};

/** `from` or `to` without the blanks that do not count, as far as the keywords are concerned. */
export function normalizeAddresses(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('!') && /^!\s*HOME_NET$/.test(trimmed) ? '!HOME_NET' : trimmed;
}

function compileAddressList(
  { field, eventField, text }: { field: 'from' | 'to'; eventField: AddressField; text: string },
  compiled: Compiling,
): void {
  const entries: ListEntry<(address: Address) => boolean>[] = [];
  for (const { negated, value } of splitList(text)) {
    const network = parseNetwork(value);
    if (isNetworkFault(network)) {
      const problem =
        network.meant !== undefined || value.includes('/')
          ? `${value} ${network.problem}`
          : 'must be ANY, HOME_NET, !HOME_NET, a reference such as :1, or IP addresses and CIDRs separated by commas';
      addFault(compiled, { field, problem, got: compiled.source[field] });
      return;
    }
    entries.push({ negated, value: compileContains(network) });
  }
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const { negated, value: contains } = only;
    addCondition(compiled, (event) => contains(event[eventField]) !== negated);
  } else {
    addCondition(compiled, (event) => matchesList(entries, event[eventField], holdsAddress));
  }
}

function holdsAddress(contains: (address: Address) => boolean, address: Address): boolean {
  return contains(address);
}

function addCondition(compiled: Compiling, condition: Condition): void {
  compiled.conditions = append(compiled.conditions, condition);
}

function addFault(compiled: Compiling, fault: Fault): void {
  compiled.faults = append(compiled.faults, { stage: compiled.source.stage, ...fault });
}

/** Unlike a list that was pushed to, the copy has no room to spare: most of these lists have one entry. */
function append<Entry>(list: readonly Entry[], entry: Entry): readonly Entry[] {
  return list.length === 0 ? [entry] : [...list, entry];
}
