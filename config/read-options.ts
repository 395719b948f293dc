import { dashed, foldSpelling, VERBOSITY_FLAG } from './flag-spelling.ts';
import { IGNORED_OPTIONS } from './ignored-options.ts';
import { findUnmetNeeds } from './option-needs.ts';
import type { ReadValue } from './option-kind.ts';
import type { OptionName, OptionRow } from './option-row.ts';
import {
  applyRules,
  findConflicts,
  type OptionFault,
  type OptionSource,
  type OptionSources,
} from './option-rules.ts';
import { OPTION_NAMES, OPTION_TABLE } from './option-table.ts';
import type { Options } from './options.ts';

/** The options in force; with faults, those that could not be read have their defaults and nothing may start. */
export interface ReadOptionsResult {
  readonly options: Options;
  readonly sources: OptionSources;
  readonly warnings: readonly OptionFault[];
  readonly faults: readonly OptionFault[];
}

export type Environment = Readonly<Record<string, string | undefined>>;
/** Parsed flags by the table's spelling: a text, true for a flag without a value, a count for -v. */
export type Flags = Readonly<Record<string, unknown>>;

type Values<Name extends OptionName> = { -readonly [Key in Name]?: Options[Key] };

interface Reading<Name extends OptionName> {
  readonly values: Values<Name>;
  readonly sources: Partial<Record<OptionName, OptionSource>>;
  /** Options that were given and could not be read. */
  readonly unread: Set<OptionName>;
  readonly warnings: OptionFault[];
  readonly faults: OptionFault[];
}

interface Given {
  readonly source: OptionSource;
  /** As the operator wrote it. */
  readonly option: string;
  /** True for a flag without a value. */
  readonly text: string | true;
}

/**
 * Reads every option: a flag wins over the environment, the environment over the default (SPEC §11). All faults are
 * found in one go; an empty environment variable counts as not set.
 */
export function readOptions(flags: Flags, environment: Environment): ReadOptionsResult {
  const reading: Reading<OptionName> = {
    values: {},
    sources: {},
    unread: new Set(),
    warnings: [],
    faults: [],
  };
  for (const name of OPTION_NAMES) readOption(reading, name, findGiven(name, flags, environment));
  readVerbosity(reading, flags);
  rejectUnknownFlags(reading, flags);
  warnOfVariables(reading, environment);
  const { values, sources, unread, warnings, faults } = reading;
  if (!isComplete(values) || !hasAllSources(sources)) throw new TypeError('an option has no value');
  const options = applyRules(values, sources);
  faults.push(...findConflicts(options, sources, unread), ...findUnmetNeeds(options, sources));
  return { options, sources, warnings, faults };
}

/** One line for an operator: `--max_eps: must be a whole number, 0 or more, got "x"`. */
export function formatOptionFault({ option, problem, got }: OptionFault): string {
  return `${option}: ${problem}${got === undefined ? '' : `, got ${JSON.stringify(got)}`}`;
}

function findGiven(name: OptionName, flags: Flags, environment: Environment): Given | undefined {
  const { flag, variable, olderVariables = [] } = OPTION_TABLE[name];
  const value = flags[flag];
  if (typeof value === 'string' || value === true) {
    return { source: 'flag', option: dashed(flag), text: value };
  }
  for (const option of [variable, ...olderVariables]) {
    const text = environment[option]?.trim();
    if (text !== undefined && text !== '') return { source: 'environment', option, text };
  }
  return undefined;
}

function readOption<Name extends OptionName>(
  { values, sources, unread, warnings, faults }: Reading<Name>,
  name: Name,
  given: Given | undefined,
): void {
  const row: OptionRow<Options[Name]> = OPTION_TABLE[name];
  values[name] = row.default;
  sources[name] = given?.source ?? 'default';
  if (given === undefined) return;
  const { option, text } = given;
  if (row.notice !== undefined) warnings.push({ option, problem: row.notice });
  const read: ReadValue<Options[Name]> =
    text === true
      ? { ok: false, problem: `needs a value: ${row.kind.range || 'a text'}` }
      : row.kind.read(text);
  if (read.ok) {
    values[name] = read.value;
    return;
  }
  unread.add(name);
  const isShown = text !== true && row.secret !== true;
  faults.push({ option, problem: read.problem, ...(isShown && { got: text }) });
}

function readVerbosity({ values, sources }: Reading<OptionName>, flags: Flags): void {
  const count = flags[VERBOSITY_FLAG];
  if (typeof count !== 'number' || count < 1) return;
  const name = count === 1 ? 'debug' : 'trace';
  values[name] = true;
  sources[name] = 'flag';
}

function rejectUnknownFlags({ faults, warnings }: Reading<OptionName>, flags: Flags): void {
  const known = new Set(OPTION_NAMES.map((name) => OPTION_TABLE[name].flag));
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined || known.has(flag) || flag === VERBOSITY_FLAG) continue;
    const option = dashed(flag);
    const ignored = IGNORED_OPTIONS.find((candidate) => candidate.flag === flag);
    if (ignored === undefined) faults.push({ option, problem: 'is no option of this program' });
    else warnings.push({ option, problem: `has no effect: ${ignored.reason}` });
  }
}

function warnOfVariables({ warnings }: Reading<OptionName>, environment: Environment): void {
  const known = new Set(
    OPTION_NAMES.flatMap((name) => {
      const { variable, olderVariables = [] } = OPTION_TABLE[name];
      return [variable, ...olderVariables];
    }),
  );
  for (const option of Object.keys(environment).sort()) {
    if (!option.startsWith('DSIEM_') || known.has(option) || environment[option] === '') continue;
    const ignored = IGNORED_OPTIONS.find(({ variables }) => variables.includes(option));
    if (ignored !== undefined) {
      warnings.push({ option, problem: `has no effect: ${ignored.reason}` });
      continue;
    }
    const meant = [...known].find((variable) => foldSpelling(variable) === foldSpelling(option));
    const hint = meant === undefined ? '' : `, did you mean ${meant}`;
    warnings.push({ option, problem: `is no variable of this program and was ignored${hint}` });
  }
}

function isComplete(values: Values<OptionName>): values is Options {
  return OPTION_NAMES.every((name) => values[name] !== undefined);
}

function hasAllSources(sources: Partial<OptionSources>): sources is OptionSources {
  return OPTION_NAMES.every((name) => sources[name] !== undefined);
}
