// Directives as their files write them (SPEC §2). Keys are the files' own: alarms show rules with these names and values.

export type RuleType = 'PluginRule' | 'TaxonomyRule';

/** One stage of a directive as written; optional keys may be absent. */
export interface RuleSource {
  readonly name?: string | undefined;
  readonly type: RuleType;
  readonly stage: number;
  readonly occurrence: number;
  readonly reliability: number;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly from: string;
  readonly to: string;
  readonly port_from?: string | undefined;
  readonly port_to?: string | undefined;
  readonly protocol?: string | undefined;
  readonly custom_data1?: string | undefined;
  readonly custom_data2?: string | undefined;
  readonly custom_data3?: string | undefined;
  readonly sticky_different?: string | undefined;
  readonly plugin_id?: number | undefined;
  readonly plugin_sid?: readonly number[] | undefined;
  readonly product?: readonly string[] | undefined;
  readonly category?: string | undefined;
  readonly subcategory?: readonly string[] | undefined;
}

/** A detection as written. */
export interface DirectiveSource {
  readonly id: number;
  readonly name: string;
  readonly kingdom: string;
  readonly category: string;
  /** 1..5 */
  readonly priority: number;
  readonly disabled?: boolean | undefined;
  readonly all_rules_always_active?: boolean | undefined;
  readonly rules: readonly RuleSource[];
  readonly description?: string | undefined;
  /** An http or https address. */
  readonly runbook?: string | undefined;
  readonly false_positives?: readonly string[] | undefined;
  /** ATT&CK ids such as T1110, T1110.001 and TA0006. */
  readonly attack?: readonly string[] | undefined;
}
