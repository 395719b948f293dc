import type { Address } from '../address/address.ts';
import { compileContains, type Network } from '../address/network.ts';
import type { AlarmEntry } from './alarm-entry.ts';
import type { RiskClass } from './alarm-record.ts';
import type { Progress } from './alarm-state.ts';
import { hasAll, readSearch } from './searched-text.ts';

/** A span of Unix seconds, both ends included; an end that is missing is open. */
export interface TimeSpan {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** What an alarm can be asked for: any of the values of one criterion; one that is absent or empty asks nothing. */
export interface AlarmCriteria {
  readonly status?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  /** Empty: nobody. */
  readonly assignee?: readonly string[] | undefined;
  /** Risk classes. */
  readonly risk?: readonly RiskClass[] | undefined;
  /** The least risk. */
  readonly minRisk?: number | undefined;
  readonly progress?: readonly Progress[] | undefined;
  readonly directive?: readonly number[] | undefined;
  /** Any of the source addresses is in any of these. */
  readonly from?: readonly Network[] | undefined;
  readonly to?: readonly Network[] | undefined;
  /** Source or destination. */
  readonly address?: readonly Network[] | undefined;
  /** Of update_time. */
  readonly time?: TimeSpan | undefined;
  /**
   * Words, separated by blanks, that must all occur, in any case, in id, title, status, tag, kingdom, category, directive
   * id, addresses, networks, custom data or findings. A word is found where a word of these begins with it: `192.168` in
   * `192.168.0.1`, not in `1192.168.0.1`; what is no letter or digit only separates.
   */
  readonly q?: string | undefined;
}

/** Alarms that fit every criterion of `is` and none of `not`. Plain data. */
export interface AlarmFilter {
  readonly is?: AlarmCriteria | undefined;
  readonly not?: AlarmCriteria | undefined;
}

export type CriterionName = keyof AlarmCriteria;
export type AlarmPredicate = (entry: AlarmEntry) => boolean;

/** A test for the filter, made once for many alarms. */
export function compileAlarmFilter({ is = {}, not = {} }: AlarmFilter): AlarmPredicate {
  const wanted = compileCriteria(is);
  const unwanted = compileCriteria(not);
  return (entry) =>
    wanted.every((matches) => matches(entry)) && !unwanted.some((matches) => matches(entry));
}

/** The filter without what it says about these criteria. */
export function withoutCriteria(filter: AlarmFilter, names: readonly CriterionName[]): AlarmFilter {
  const strip = (criteria: AlarmCriteria = {}): AlarmCriteria =>
    Object.fromEntries(
      Object.entries(criteria).filter(([key]) => !names.some((name) => name === key)),
    );
  return { is: strip(filter.is), not: strip(filter.not) };
}

function compileCriteria(criteria: AlarmCriteria): AlarmPredicate[] {
  const { minRisk, time, q = '' } = criteria;
  const words = readSearch(q);
  const from = compileNetworks(criteria.from);
  const to = compileNetworks(criteria.to);
  const either = compileNetworks(criteria.address);
  return [
    oneOf(criteria.status, ({ lineState }) => lineState.alarm.status),
    oneOf(criteria.tag, ({ lineState }) => lineState.alarm.tag),
    oneOf(criteria.assignee, ({ handling }) => handling.assignee),
    oneOf(criteria.risk, ({ lineState }) => lineState.alarm.risk_class),
    oneOf(criteria.progress, ({ state }) => state.progress),
    oneOf(criteria.directive, ({ lineState }) => lineState.directive_id),
    minRisk === undefined
      ? undefined
      : ({ lineState }: AlarmEntry): boolean => lineState.alarm.risk >= minRisk,
    from && ((entry: AlarmEntry): boolean => entry.from.some(from)),
    to && ((entry: AlarmEntry): boolean => entry.to.some(to)),
    either && ((entry: AlarmEntry): boolean => entry.from.some(either) || entry.to.some(either)),
    time && ((entry: AlarmEntry): boolean => isWithin(entry.lineState.alarm.update_time, time)),
    words.length === 0 ? undefined : ({ text }: AlarmEntry): boolean => hasAll(text, words),
  ].filter((matches) => matches !== undefined);
}

function oneOf<Value>(
  values: readonly Value[] | undefined,
  read: (entry: AlarmEntry) => Value,
): AlarmPredicate | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const set = new Set(values);
  return (entry) => set.has(read(entry));
}

function compileNetworks(
  networks: readonly Network[] | undefined,
): ((address: Address) => boolean) | undefined {
  if (networks === undefined || networks.length === 0) return undefined;
  const tests = networks.map(compileContains);
  return (address) => tests.some((contains) => contains(address));
}

function isWithin(seconds: number, { since, until }: TimeSpan): boolean {
  return (since === undefined || seconds >= since) && (until === undefined || seconds <= until);
}
