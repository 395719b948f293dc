import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { AssetSource } from '../../core/asset/assets.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';

/** A normalized event as a sender posts it (SPEC §1). */
export interface RawEvent {
  readonly event_id: string;
  readonly timestamp: string;
  readonly title: string;
  readonly sensor: string;
  readonly src_ip: string;
  readonly dst_ip: string;
  readonly plugin_id?: number;
  readonly plugin_sid?: number;
  readonly product?: string;
  readonly category?: string;
  readonly subcategory?: string;
  readonly protocol?: string;
  readonly src_port?: number;
  readonly dst_port?: number;
  readonly custom_label1?: string;
  readonly custom_data1?: string;
  readonly custom_label2?: string;
  readonly custom_data2?: string;
  readonly custom_label3?: string;
  readonly custom_data3?: string;
}

/** An admitted input with its time in whole Unix seconds; its sequence number is its index in the list of inputs. */
export type ModelInput =
  | { readonly kind: 'event'; readonly now: number; readonly event: RawEvent }
  | { readonly kind: 'tick'; readonly now: number };

/** The options that correlation depends on (SPEC §11). */
export interface ModelOptions {
  readonly discardOorEvents: boolean;
  readonly minAlarmLifetimeMinutes: number;
  readonly medRiskMin: number;
  readonly medRiskMax: number;
  /** Live backlogs of one directive; 0 = no bound. */
  readonly maxBacklogs: number;
  readonly status: string;
  readonly tag: string;
}

/** Everything that decides what is raised. */
export interface Scenario {
  readonly directives: readonly DirectiveSource[];
  readonly assets: readonly AssetSource[];
  readonly options: ModelOptions;
  readonly inputs: readonly ModelInput[];
}

/** An alarm line without its id. */
export type AlarmLine = Omit<AlarmRecord, 'alarm_id'>;

/** What became of one backlog. */
export interface BacklogOutcome {
  readonly directiveId: number;
  readonly openedBy: { readonly eventId: string; readonly sequence: number };
  /** The lines of siem_alarm_events.json in their order. */
  readonly alarmEvents: readonly (readonly [stage: number, eventId: string])[];
  /** The lines of siem_alarms.json in their order. */
  readonly alarms: readonly AlarmLine[];
  /** Undefined while it lives. */
  readonly ended: 'complete' | 'timeout' | undefined;
  /** Where it stands, or stood when it ended. */
  readonly live: { readonly stage: number; readonly counted: number; readonly risk: number };
}
