import type { AlarmRule } from '../alarm/alarm-record.ts';
import type { Assets } from '../asset/assets.ts';
import type { FirstEvent } from '../event/first-event.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import type { DirectiveSource, RuleSource } from './directive-source.ts';

/** The stages of a backlog as references see them: index 0 is stage 1, its first event undefined while it has none. */
export type FirstEvents = readonly { readonly firstEvent: FirstEvent | undefined }[];

/** One condition of a rule on one field of an event. May not change anything. */
export type Condition = (
  event: NormalizedEvent,
  firstEvents: FirstEvents,
  assets: Assets,
) => boolean;

/** Fields that a rule can bind to the first event of an earlier stage, by the key that files write. */
export const REFERENCE_FIELDS = {
  from: 'srcIp',
  to: 'dstIp',
  port_from: 'srcPort',
  port_to: 'dstPort',
  protocol: 'protocol',
  custom_data1: 'customData1',
  custom_data2: 'customData2',
  custom_data3: 'customData3',
} as const satisfies Record<string, keyof FirstEvent>;
export type RuleField = keyof typeof REFERENCE_FIELDS;

/** That `field` of a rule must equal the same field of the first event of `stage`. */
export interface Reference {
  readonly field: RuleField;
  readonly stage: number;
}

/** The fields whose values a stage can be asked to accept only once, and how an event tells its value. */
export const STICKY_FIELDS = {
  PLUGIN_SID: (event: NormalizedEvent) => event.pluginSid,
  SRC_IP: (event: NormalizedEvent) => event.srcIp,
  DST_IP: (event: NormalizedEvent) => event.dstIp,
  SRC_PORT: (event: NormalizedEvent) => event.srcPort,
  DST_PORT: (event: NormalizedEvent) => event.dstPort,
  CUSTOM_DATA1: (event: NormalizedEvent) => event.customData1,
  CUSTOM_DATA2: (event: NormalizedEvent) => event.customData2,
  CUSTOM_DATA3: (event: NormalizedEvent) => event.customData3,
} as const;
export type StickyField = keyof typeof STICKY_FIELDS;
export type StickyValue = string | number;

/** One stage, ready to match: nothing of it is parsed again. */
export interface Rule {
  readonly stage: number;
  readonly occurrence: number;
  readonly reliability: number;
  readonly timeoutSeconds: number;
  /** Whether type and key fields fit (SPEC §4). */
  readonly matchesKey: (event: NormalizedEvent) => boolean;
  /** Every condition other than the key; those that can never fail are left out. */
  readonly conditions: readonly Condition[];
  readonly references: readonly Reference[];
  readonly stickyValue: ((event: NormalizedEvent) => StickyValue) | undefined;
  /** `from` and `to` of stage 1 stand open (ANY, HOME_NET, !HOME_NET): see SPEC §5 step 1. */
  readonly openFrom: boolean;
  readonly openTo: boolean;
  /** How an alarm shows the rule before references and progress are filled in. */
  readonly shown: AlarmRule;
  readonly source: RuleSource;
}

/** What routes an event to a directive (SPEC §5). */
export type Route =
  | { readonly type: 'plugin'; readonly pluginId: number; readonly pluginSid: number }
  | { readonly type: 'taxonomy'; readonly product: string; readonly category: string };

/** The rules of a directive in the order of their stages, with what follows from them as a whole. */
export interface RuleSet {
  /** Index 0 is stage 1. */
  readonly rules: readonly Rule[];
  /** The same rules in the order of the file, which is the order of an alarm's `rules`. */
  readonly asWritten: readonly Rule[];
  readonly allRulesAlwaysActive: boolean;
  /**
   * The stage-1 fields that every later rule binds; two backlogs that differ in one of them can never consume the same
   * event. Empty when there is no such field.
   */
  readonly keyFields: readonly RuleField[];
  readonly routes: readonly Route[];
}

/** A detection, ready to correlate. */
export interface Directive {
  readonly id: number;
  readonly name: string;
  readonly kingdom: string;
  readonly category: string;
  readonly priority: number;
  readonly ruleSet: RuleSet;
  readonly source: DirectiveSource;
}
