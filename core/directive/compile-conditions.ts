import type { Address } from '../address/address.ts';
import { compileContains, isNetworkFault, parseNetwork } from '../address/network.ts';
import type { Condition, Reference, RuleField } from './directive.ts';
import { REFERENCE_FIELDS } from './directive.ts';
import type { RuleSource } from './directive-source.ts';
import type { Fault } from './fault.ts';
import { matchesList, splitList, type ListEntry } from './value-list.ts';

/** The conditions of a rule and what they refer to; with faults the conditions must not be used. */
export interface CompiledConditions {
  readonly conditions: Condition[];
  readonly references: Reference[];
  readonly faults: Fault[];
}

type TextField = 'protocol' | 'customData1' | 'customData2' | 'customData3';
type PortField = 'srcPort' | 'dstPort';
type AddressField = 'srcAddress' | 'dstAddress';

/** Compiles every value of a rule but its key, cheapest first (SPEC §2, §4). */
export function compileConditions(source: RuleSource): CompiledConditions {
  const compiled: CompiledConditions = { conditions: [], references: [], faults: [] };
  compileProtocol(source, compiled);
  compilePorts('port_from', 'srcPort', source, compiled);
  compilePorts('port_to', 'dstPort', source, compiled);
  compileCustomData('custom_data1', 'customData1', source, compiled);
  compileCustomData('custom_data2', 'customData2', source, compiled);
  compileCustomData('custom_data3', 'customData3', source, compiled);
  compileAddresses('from', 'srcAddress', source, compiled);
  compileAddresses('to', 'dstAddress', source, compiled);
  return compiled;
}

/** Whether the text is a reference such as `:1`. */
export function isReference(text: string): boolean {
  return /^:\d+$/.test(text);
}

function isAny(text: string | undefined): text is undefined | '' | 'ANY' {
  return text === undefined || text === '' || text === 'ANY';
}

/** Adds the condition of a reference; answers whether `text` is one. A bad stage is a fault. */
function compileReference(
  field: RuleField,
  text: string,
  { source, compiled }: { source: RuleSource; compiled: CompiledConditions },
): boolean {
  if (!isReference(text)) return false;
  const stage = Number(text.slice(1));
  if (source.stage === 1) {
    addFault(compiled, source, { field, problem: 'must not be a reference in stage 1', got: text });
  } else if (stage < 1 || stage >= source.stage) {
    addFault(compiled, source, { field, problem: 'must name an earlier stage', got: text });
  } else {
    const eventField = REFERENCE_FIELDS[field];
    compiled.references.push({ field, stage });
    compiled.conditions.push(
      (event, firstEvents) =>
        firstEvents[stage - 1]?.firstEvent?.[eventField] === event[eventField],
    );
  }
  return true;
}

function compileProtocol(source: RuleSource, compiled: CompiledConditions): void {
  const text = source.protocol;
  if (isAny(text) || compileReference('protocol', text, { source, compiled })) return;
  compiled.conditions.push((event) => event.protocol === text);
}

function compileCustomData(
  field: 'custom_data1' | 'custom_data2' | 'custom_data3',
  eventField: TextField,
  source: RuleSource,
  compiled: CompiledConditions,
): void {
  const text = source[field];
  if (isAny(text) || compileReference(field, text, { source, compiled })) return;
  const entries = splitList(text);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const wanted = only.value.toLowerCase();
    const { negated } = only;
    compiled.conditions.push((event) => {
      const value = event[eventField];
      return (value === only.value || value.toLowerCase() === wanted) !== negated;
    });
  } else {
    compiled.conditions.push((event) => matchesList(entries, event[eventField], Object.is));
  }
}

function compilePorts(
  field: 'port_from' | 'port_to',
  eventField: PortField,
  source: RuleSource,
  compiled: CompiledConditions,
): void {
  const text = source[field]?.trim();
  if (isAny(text) || compileReference(field, text, { source, compiled })) return;
  const entries: ListEntry<number>[] = [];
  for (const { negated, value } of splitList(text)) {
    const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (port < 1 || port > 65535) {
      const problem =
        'must be ANY, a reference such as :1, or ports 1 to 65535 separated by commas';
      addFault(compiled, source, { field, problem, got: source[field] });
      return;
    }
    entries.push({ negated, value: port });
  }
  compiled.conditions.push((event) => matchesList(entries, event[eventField], Object.is));
}

function compileAddresses(
  field: 'from' | 'to',
  eventField: AddressField,
  source: RuleSource,
  compiled: CompiledConditions,
): void {
  const text = normalizeAddresses(source[field]);
  if (text === 'ANY' || compileReference(field, text, { source, compiled })) return;
  if (text === 'HOME_NET') {
    compiled.conditions.push((event, _, assets) => assets.isInHomeNet(event[eventField]));
  } else if (text === '!HOME_NET') {
    compiled.conditions.push((event, _, assets) => !assets.isInHomeNet(event[eventField]));
  } else {
    compileAddressList({ field, eventField, text }, source, compiled);
  }
}

/** `from` or `to` without the blanks that do not count, as far as the keywords are concerned. */
export function normalizeAddresses(text: string): string {
  const trimmed = text.trim();
  return /^!\s*HOME_NET$/.test(trimmed) ? '!HOME_NET' : trimmed;
}

function compileAddressList(
  { field, eventField, text }: { field: 'from' | 'to'; eventField: AddressField; text: string },
  source: RuleSource,
  compiled: CompiledConditions,
): void {
  const entries: ListEntry<(address: Address) => boolean>[] = [];
  for (const { negated, value } of splitList(text)) {
    const network = parseNetwork(value);
    if (isNetworkFault(network)) {
      const problem =
        network.meant !== undefined || value.includes('/')
          ? `${value} ${network.problem}`
          : 'must be ANY, HOME_NET, !HOME_NET, a reference such as :1, or IP addresses and CIDRs separated by commas';
      addFault(compiled, source, { field, problem, got: source[field] });
      return;
    }
    entries.push({ negated, value: compileContains(network) });
  }
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const { negated, value: contains } = only;
    compiled.conditions.push((event) => contains(event[eventField]) !== negated);
  } else {
    compiled.conditions.push((event) => matchesList(entries, event[eventField], holdsAddress));
  }
}

function holdsAddress(contains: (address: Address) => boolean, address: Address): boolean {
  return contains(address);
}

function addFault(compiled: CompiledConditions, source: RuleSource, fault: Fault): void {
  compiled.faults.push({ stage: source.stage, ...fault });
}
