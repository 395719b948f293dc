import { compileDirective } from '../core/directive/compile-directive.ts';
import type { Fault } from '../core/directive/fault.ts';
import { checkDirectiveShape } from './check-directive-shape.ts';
import { formatPath, type ShapeFault } from './check-shape.ts';
import { described, placed, type ConfigurationFault } from './configuration-fault.ts';
import type { ConfiguredDirective, DisabledDirective } from './configuration.ts';
import { describeItem, type Item } from './item-list.ts';
import { isList, valueAt, withValueAt, type JsonPath } from './json-value.ts';
import { findStandIn } from './stand-in.ts';

/** What became of the directives of all files. */
export interface DirectivesCheck {
  readonly directives: readonly ConfiguredDirective[];
  readonly disabled: readonly DisabledDirective[];
  readonly faults: readonly ConfigurationFault[];
  readonly warnings: readonly ConfigurationFault[];
}

interface Findings {
  readonly directives: ConfiguredDirective[];
  readonly disabled: DisabledDirective[];
  readonly faults: ConfigurationFault[];
  readonly warnings: ConfigurationFault[];
}

/** The order of checks can bring up new faults of shape behind a stand-in, but no more often than this. */
const MOST_ROUNDS = 4;

/**
 * Checks directives whole: shape, meaning, and that an id is used by one enabled directive only (SPEC §2). A disabled
 * directive must have the right shape, but what its values mean is not looked at.
 */
export function checkDirectives(items: readonly Item[]): DirectivesCheck {
  const findings: Findings = { directives: [], disabled: [], faults: [], warnings: [] };
  const owners = new Map<number, Item>();
  for (const item of items) {
    const enabled = checkDirective(item, findings);
    if (enabled) claimId(item, owners, findings.faults);
  }
  return findings;
}

/** Checks one directive; whether it is enabled. */
function checkDirective(item: Item, findings: Findings): boolean {
  const check = checkDirectiveShape(item.value);
  if (valueAt(item.value, ['disabled']) === true) {
    if (check.ok) {
      const { file, index } = item;
      findings.disabled.push({ source: check.value, file, index });
      findings.warnings.push(atItem(item, 'is disabled and was skipped'));
    } else findings.faults.push(...check.faults.map((fault) => placeShapeFault(item, fault)));
    return false;
  }
  if (!check.ok) {
    findings.faults.push(...findAllFaults(item, check.faults));
    return true;
  }
  const source = check.value;
  const { directive, faults, warnings } = compileDirective(source);
  findings.faults.push(...faults.map((fault) => placeFault(item, fault)));
  findings.warnings.push(...warnings.map((warning) => placeFault(item, warning)));
  const { file, index } = item;
  if (directive !== undefined) findings.directives.push({ directive, source, file, index });
  return true;
}

function claimId(item: Item, owners: Map<number, Item>, faults: ConfigurationFault[]): void {
  const id = valueAt(item.value, ['id']);
  if (typeof id !== 'number') return;
  const owner = owners.get(id);
  if (owner === undefined) {
    owners.set(id, item);
    return;
  }
  const problem = `must be unique, ${describeItem('entry', owner)} of ${owner.file} has it too`;
  faults.push(placeFault(item, { field: 'id', problem, got: id }));
}

/** The faults of shape, and those of meaning that show once stand-ins fill the faulty places. */
function findAllFaults(item: Item, first: readonly ShapeFault[]): ConfigurationFault[] {
  const found = [...first];
  const replaced = new Set<string>();
  let candidate = item.value;
  let latest = first;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (const { path } of latest) {
      const standIn = findStandIn(candidate, path);
      if (standIn === undefined) continue;
      candidate = withValueAt(candidate, standIn.path, standIn.value);
      replaced.add(formatPath(standIn.path));
    }
    const check = checkDirectiveShape(candidate);
    if (check.ok) {
      const { faults } = compileDirective(check.value);
      const unexplained = faults.filter((fault) => !isReplaced(check.value, fault, replaced));
      return [
        ...found.map((fault) => placeShapeFault(item, fault)),
        ...unexplained.map((fault) => placeFault(item, fault, check.value)),
      ];
    }
    latest = check.faults.filter(
      ({ path }) => !found.some((known) => isSamePath(known.path, path)),
    );
    if (latest.length === 0) break;
    found.push(...latest);
  }
  return found.map((fault) => placeShapeFault(item, fault));
}

function isReplaced(
  directive: unknown,
  { stage, field }: Fault,
  replaced: ReadonlySet<string>,
): boolean {
  const stageReplaced = [...replaced].some((path) => path.endsWith('.stage'));
  if (stageReplaced && (field === 'rules' || field === 'stage')) return true;
  return replaced.has(formatPath(pathOf(directive, { stage, field })));
}

function isSamePath(left: JsonPath, right: JsonPath): boolean {
  return left.length === right.length && left.every((step, index) => step === right[index]);
}

function pathOf(
  directive: unknown,
  { stage, field }: { readonly stage?: number | undefined; readonly field: string },
): JsonPath {
  if (stage === undefined) return [field];
  const rules = valueAt(directive, ['rules']);
  // The last one: where two rules claim a stage, the second is at fault.
  const index = isList(rules)
    ? rules.findLastIndex((rule) => valueAt(rule, ['stage']) === stage)
    : -1;
  return index < 0 ? [field] : ['rules', index, field];
}

function placeFault(item: Item, fault: Fault, directive = item.value): ConfigurationFault {
  const { stage, field } = fault;
  return {
    ...nameDirective(item),
    ...(stage !== undefined && { stage }),
    field,
    ...described(fault),
    ...placed(item.locate(pathOf(directive, { stage, field }))),
  };
}

function placeShapeFault(item: Item, { path, problem, got }: ShapeFault): ConfigurationFault {
  const stage =
    path[0] === 'rules' ? valueAt(item.value, ['rules', ...path.slice(1, 2), 'stage']) : 0;
  const isStageKnown = typeof stage === 'number' && stage > 0 && path.length > 2;
  return {
    ...nameDirective(item),
    ...(isStageKnown && { stage }),
    ...(path.length > 0 && { field: formatPath(isStageKnown ? path.slice(2) : path) }),
    ...described({ problem, got }),
    ...placed(item.locate(path)),
  };
}

function atItem(item: Item, problem: string): ConfigurationFault {
  return { ...nameDirective(item), problem, ...placed(item.locate([])) };
}

function nameDirective(item: Item): { file: string; directiveId?: number; item?: string } {
  const id = valueAt(item.value, ['id']);
  return typeof id === 'number'
    ? { file: item.file, directiveId: id }
    : { file: item.file, item: describeItem('entry', item) };
}
