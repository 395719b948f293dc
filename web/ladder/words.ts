// Words of a rule with what is marked in them.
export interface Word {
  readonly text: string;
  /** `ref`: a reference to an earlier stage, which `tip` names. */
  readonly mark: 'plain' | 'strong' | 'ref';
  readonly tip?: string;
}
export type Words = readonly Word[];

/** A rule as an alarm has it or as a file writes it. */
export interface RuleWords {
  readonly stage: number;
  readonly occurrence: number;
  readonly from: string;
  readonly to: string;
  readonly type: 'PluginRule' | 'TaxonomyRule';
  readonly timeout?: number | undefined;
  readonly plugin_id?: number | undefined;
  readonly plugin_sid?: readonly number[] | undefined;
  readonly product?: readonly string[] | undefined;
  readonly category?: string | undefined;
  readonly subcategory?: readonly string[] | undefined;
  readonly port_from?: string | undefined;
  readonly port_to?: string | undefined;
  readonly protocol?: string | undefined;
  readonly custom_data1?: string | undefined;
  readonly custom_data2?: string | undefined;
  readonly custom_data3?: string | undefined;
  readonly sticky_different?: string | undefined;
}

/** What is known beside the rule; all of it may be empty. */
export interface WordsContext {
  /** Fields of the rule whose value came from an earlier stage, with that stage. */
  readonly references: Readonly<Record<string, number>>;
  /** Asset names by address. */
  readonly names: Readonly<Record<string, string>>;
  /** Titles of events of the rule that came. */
  readonly titles: readonly string[];
  /** What events call `custom_data1` to `custom_data3`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Nothing is known beside the rule. */
export const NO_CONTEXT: WordsContext = { references: {}, names: {}, titles: [], labels: {} };

/** `a, b or c`. */
export function either(texts: readonly string[]): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`;
}
