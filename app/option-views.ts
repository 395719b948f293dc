import type { OptionName, OptionRow } from '../config/option-row.ts';
import type { OptionSources } from '../config/option-rules.ts';
import { OPTION_NAMES, OPTION_TABLE } from '../config/option-table.ts';
import type { Options } from '../config/options.ts';
import type { OptionView } from '../server/schemas/option.ts';

/** The options in force as REST shows them; of a secret only whether it is set, of a URL nobody's password. */
export function describeOptions(options: Options, sources: OptionSources): OptionView[] {
  return OPTION_NAMES.map((name) => describeOption(name, options, sources));
}

function describeOption(name: OptionName, options: Options, sources: OptionSources): OptionView {
  const row: OptionRow<unknown> = OPTION_TABLE[name];
  const { flag, variable, group, description, unit, secret = false } = row;
  return {
    ...{ name: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) },
    ...{ flag: `--${flag}`, variable, group, description },
    ...(unit !== undefined && { unit }),
    value: secret ? null : toView(options[name]),
    default: secret ? null : toView(row.default),
    ...{ source: sources[name], secret },
  };
}

function toView(value: unknown): OptionView['value'] {
  if (value === '') return null;
  if (typeof value === 'string') return value.replace(/:\/\/[^/@\s]*@/g, '://***@');
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(String);
  return null;
}
