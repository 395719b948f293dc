// Dsiem, dsiem-rs and this program spell one flag in several ways (--max_eps, --maxEPS, --max-eps): here they become one.

import { IGNORED_OPTIONS } from './ignored-options.ts';
import { OPTION_NAMES, OPTION_TABLE } from './option-table.ts';

/** The flag that is counted, not read from the table: -v is debug, -vv is trace. */
export const VERBOSITY_FLAG = 'v';

interface FlagShape {
  readonly flag: string;
  readonly takesValue: boolean;
}

const LONG_FLAGS = new Map<string, FlagShape>();
const SHORT_FLAGS = new Map<string, FlagShape>();
for (const name of OPTION_NAMES) {
  const { flag, short, olderFlags = [], kind } = OPTION_TABLE[name];
  const shape = { flag, takesValue: kind.type !== 'boolean' };
  for (const spelling of [flag, name, ...olderFlags]) LONG_FLAGS.set(foldSpelling(spelling), shape);
  if (short !== undefined) SHORT_FLAGS.set(short, shape);
}
for (const { flag, takesValue } of IGNORED_OPTIONS) {
  if (flag.length === 1) SHORT_FLAGS.set(flag, { flag, takesValue });
  else LONG_FLAGS.set(foldSpelling(flag), { flag, takesValue });
}

/** A flag or variable name without what its spellings differ in: hyphens, underscores and case. */
export function foldSpelling(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

/** How a flag is written on a command line: `-v`, `--max_eps`. */
export function dashed(flag: string): string {
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}

/**
 * The same command line with every known flag in the table's spelling, and every switch with its value, so that no
 * parser has to guess whether the next word belongs to it. Unknown flags stay as they are.
 */
export function canonicalArguments(given: readonly string[]): string[] {
  const end = given.indexOf('--');
  const options = end < 0 ? given : given.slice(0, end);
  const result: string[] = [];
  let skipped = -1;
  for (const [index, argument] of options.entries()) {
    if (index === skipped) continue;
    const next = options[index + 1];
    const spelled = argument.startsWith('--')
      ? canonicalLongFlag(argument, next)
      : canonicalShortFlags(argument);
    result.push(...spelled.words);
    if (spelled.tookNext) skipped = index + 1;
  }
  return end < 0 ? result : [...result, ...given.slice(end)];
}

interface Spelled {
  readonly words: readonly string[];
  readonly tookNext?: boolean;
}

function canonicalLongFlag(argument: string, next: string | undefined): Spelled {
  const equals = argument.indexOf('=');
  const name = argument.slice(2, equals < 0 ? undefined : equals);
  const shape = LONG_FLAGS.get(foldSpelling(name));
  if (shape === undefined) return { words: [argument] };
  const flag = dashed(shape.flag);
  if (equals >= 0) return { words: [`${flag}${argument.slice(equals)}`] };
  if (shape.takesValue) return { words: [flag] };
  if (next === 'true' || next === 'false') return { words: [`${flag}=${next}`], tookNext: true };
  return { words: [`${flag}=true`] };
}

/** Splits `-vj`, `-p8080` and `-j=false`; a word with any unknown letter stays as it is. */
function canonicalShortFlags(argument: string): Spelled {
  const unchanged = { words: [argument] };
  if (!/^-[a-zA-Z]/.test(argument)) return unchanged;
  const words: string[] = [];
  for (let index = 1; index < argument.length; index += 1) {
    const letter = argument.charAt(index);
    const rest = argument.slice(index + 1);
    if (letter === VERBOSITY_FLAG) {
      words.push(dashed(letter));
      continue;
    }
    const shape = SHORT_FLAGS.get(letter);
    if (shape === undefined) return unchanged;
    const flag = dashed(shape.flag);
    if (rest.startsWith('=')) return { words: [...words, `${flag}${rest}`] };
    if (shape.takesValue) return { words: [...words, rest === '' ? flag : `${flag}=${rest}`] };
    words.push(`${flag}=true`);
  }
  return { words };
}
