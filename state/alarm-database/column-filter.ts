import { compileAddressSet } from '../../core/address/address-set.ts';
import type { Network } from '../../core/address/network.ts';
import type {
  AlarmCriteria,
  AlarmFilter,
  CriterionName,
  TimeSpan,
} from '../../core/alarm/alarm-filter.ts';
import { readSearch } from '../../core/alarm/searched-text.ts';
import type { AddressLists } from './address-lists.ts';
import { PROGRESSES, RISK_CLASSES, type AlarmColumns, type Column } from './columns.ts';
import type { ValueDictionary } from './value-dictionary.ts';

type RowTest = (row: number) => boolean;

/** What a filter says about one criterion: whether a row has what is wanted and nothing that is not. */
export interface CriterionTest {
  readonly name: CriterionName;
  readonly passes: RowTest;
}

/** Marks the rows whose text has all of what `readSearch` gave. */
export type TextSearch = (wanted: readonly string[]) => Uint8Array;

/** The filter as one test for each criterion that it says something about; they hold until a row changes. */
export function compileColumnFilter(
  columns: AlarmColumns,
  { is = {}, not = {} }: AlarmFilter,
  search: TextSearch,
): CriterionTest[] {
  const wanted = compileCriteria(columns, is, search);
  const unwanted = compileCriteria(columns, not, search);
  const names = new Set([...wanted.keys(), ...unwanted.keys()]);
  return [...names].map((name) => ({ name, passes: both(wanted.get(name), unwanted.get(name)) }));
}

function both(wanted: RowTest | undefined, unwanted: RowTest | undefined): RowTest {
  if (unwanted === undefined) return wanted ?? (() => true);
  if (wanted === undefined) return (row) => !unwanted(row);
  return (row) => wanted(row) && !unwanted(row);
}

function compileCriteria(
  columns: AlarmColumns,
  criteria: AlarmCriteria,
  search: TextSearch,
): ReadonlyMap<CriterionName, RowTest> {
  const { risk, updated } = columns;
  const { minRisk, time, q = '' } = criteria;
  const words = readSearch(q);
  const progresses = criteria.progress?.map((name) => PROGRESSES.indexOf(name));
  const classes = criteria.risk?.map((name) => RISK_CLASSES.indexOf(name));
  const tests: readonly (readonly [CriterionName, RowTest | undefined])[] = [
    ['status', oneOf(columns.status, encode(columns.statuses, criteria.status))],
    ['tag', oneOf(columns.tag, encode(columns.tags, criteria.tag))],
    ['assignee', oneOf(columns.assignee, encode(columns.people, criteria.assignee))],
    ['risk', oneOf(columns.riskClass, classes)],
    ['progress', oneOf(columns.progress, progresses)],
    [
      'directive',
      oneOf(columns.directive, encode(columns.directives, criteria.directive?.map(String))),
    ],
    ['minRisk', minRisk === undefined ? undefined : (row) => (risk[row] ?? 0) >= minRisk],
    ['from', anyIn([columns.from], criteria.from)],
    ['to', anyIn([columns.to], criteria.to)],
    ['address', anyIn([columns.from, columns.to], criteria.address)],
    ['time', time === undefined ? undefined : within(updated, time)],
    ['q', words.length === 0 ? undefined : marked(search(words))],
  ];
  const asked = new Map<CriterionName, RowTest>();
  for (const [name, test] of tests) if (test !== undefined) asked.set(name, test);
  return asked;
}

/** A text that no row ever had gets a number that none has. */
function encode(
  dictionary: ValueDictionary,
  texts: readonly string[] | undefined,
): number[] | undefined {
  return texts?.map((text) => dictionary.find(text) ?? -1);
}

function oneOf(column: Column, values: readonly number[] | undefined): RowTest | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const [only] = values;
  if (values.length === 1) return (row) => column[row] === only;
  const set = new Set(values);
  return (row) => set.has(column[row] ?? -1);
}

function anyIn(
  lists: readonly AddressLists[],
  networks: readonly Network[] | undefined,
): RowTest | undefined {
  if (networks === undefined || networks.length === 0) return undefined;
  const [first, second] = lists;
  const inside = first?.book.test(compileAddressSet(networks)) ?? new Uint8Array();
  return (row) => first?.hasAny(row, inside) === true || second?.hasAny(row, inside) === true;
}

function within(column: Column, { since = -Infinity, until = Infinity }: TimeSpan): RowTest {
  return (row) => (column[row] ?? 0) >= since && (column[row] ?? 0) <= until;
}

function marked(marks: Uint8Array): RowTest {
  return (row) => marks[row] === 1;
}
