import type { OptionKind } from './option-kind.ts';
import type { Options } from './options.ts';

export const OPTION_GROUPS = [
  'Listening and folders',
  'Access',
  'Cluster',
  'Load',
  'Correlation',
  'Alarms',
  'Enrichment',
  'Telemetry',
  'Logging',
] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

/** One option: how it is spelled, what it may be and what it is for (SPEC §11). */
export interface OptionRow<Value> {
  /** The long flag as help and documents show it; every other spelling of its words is accepted too. */
  readonly flag: string;
  readonly short?: string;
  /** Older names with other words, for instance `port` for `tcp-port`. */
  readonly olderFlags?: readonly string[];
  readonly variable: string;
  readonly olderVariables?: readonly string[];
  readonly group: OptionGroup;
  readonly kind: OptionKind<Value>;
  readonly default: Value;
  /** How help shows the default where the plain value would mislead. */
  readonly defaultText?: string;
  /** What a number counts: `seconds`. */
  readonly unit?: string;
  readonly description: string;
  /** Its value is shown nowhere. */
  readonly secret?: true;
  /** A warning for whoever gives the option. */
  readonly notice?: string;
}

export type OptionName = keyof Options;
export type OptionTable = { readonly [Name in OptionName]: OptionRow<Options[Name]> };

/** The default as help and documents show it: lists as they are typed. */
export function describeDefault({ default: value, defaultText }: OptionRow<unknown>): string {
  return defaultText ?? (Array.isArray(value) ? value.join(',') : String(value));
}
