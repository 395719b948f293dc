import { dashed } from './flag-spelling.ts';
import type { OptionName } from './option-row.ts';
import { OPTION_TABLE } from './option-table.ts';
import type { Options } from './options.ts';

export type OptionSource = 'flag' | 'environment' | 'default';
export type OptionSources = Readonly<Record<OptionName, OptionSource>>;

/** What is wrong with one option, named as the operator wrote it: `--max_eps`, `DSIEM_MAXEPS`. */
export interface OptionFault {
  readonly option: string;
  readonly problem: string;
  readonly got?: string;
}

/** The value a given 0 of `max_queue` stands for (SPEC §11). */
const UNBOUNDED_QUEUE = 524_288;

interface OrderedPair {
  readonly lower: 'minEps' | 'medRiskMin';
  readonly upper: 'maxEps' | 'medRiskMax';
  readonly mayBeEqual: boolean;
  readonly zeroIsNoLimit: boolean;
}

const ORDERED_PAIRS: readonly OrderedPair[] = [
  { lower: 'minEps', upper: 'maxEps', mayBeEqual: true, zeroIsNoLimit: true },
  { lower: 'medRiskMin', upper: 'medRiskMax', mayBeEqual: false, zeroIsNoLimit: false },
];

/** The bound of a backend's queue when none is given (SPEC §11). */
const BACKEND_QUEUE = 32_768;

/**
 * Values that follow from which options were given, or that stand for another: a standalone has no EPS limit unless one is
 * given, and a backend takes no events over HTTP.
 */
export function applyRules(given: Options, sources: OptionSources): Options {
  const { mode } = given;
  const unlimited =
    mode === 'cluster-backend' ||
    (mode === 'standalone' && sources.maxEps === 'default' && sources.minEps === 'default');
  const isBackendQueue = mode === 'cluster-backend' && sources.maxQueue === 'default';
  const maxQueue = isBackendQueue ? BACKEND_QUEUE : given.maxQueue;
  return {
    ...given,
    maxEps: unlimited ? 0 : given.maxEps,
    minEps: unlimited ? 0 : given.minEps,
    maxQueue: maxQueue === 0 ? UNBOUNDED_QUEUE : maxQueue,
  };
}

/** Options that contradict each other; `unread` are those whose own value was at fault already. */
export function findConflicts(
  options: Options,
  sources: OptionSources,
  unread: ReadonlySet<OptionName>,
): OptionFault[] {
  return ORDERED_PAIRS.filter(
    (pair) => !unread.has(pair.lower) && !unread.has(pair.upper) && !isInOrder(pair, options),
  ).map((pair) => describeConflict(pair, options, sources));
}

function isInOrder(
  { lower, upper, mayBeEqual, zeroIsNoLimit }: OrderedPair,
  options: Options,
): boolean {
  const low = options[lower];
  const high = options[upper];
  if (zeroIsNoLimit && (low === 0 || high === 0)) return true;
  return mayBeEqual ? low <= high : low < high;
}

/** Names the one that was given: a default is nobody's mistake. */
function describeConflict(
  { lower, upper, mayBeEqual }: OrderedPair,
  options: Options,
  sources: OptionSources,
): OptionFault {
  const [given, other, relation] =
    sources[lower] === 'default'
      ? ([upper, lower, mayBeEqual ? 'not be below' : 'be above'] as const)
      : ([lower, upper, mayBeEqual ? 'not be above' : 'be below'] as const);
  const origin = sources[other] === 'default' ? ', the default' : '';
  return {
    option: spell(given, sources),
    problem: `must ${relation} ${spell(other, sources)} (${String(options[other])}${origin})`,
    got: String(options[given]),
  };
}

function spell(name: OptionName, sources: OptionSources): string {
  const { flag, variable } = OPTION_TABLE[name];
  return sources[name] === 'environment' ? variable : dashed(flag);
}
