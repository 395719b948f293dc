// What is known of an alarm beyond its state. Keys are those of the REST API.
import type { AlarmAction } from './alarm-action.ts';
import type { AlarmState } from './alarm-state.ts';

/** What persons have done to an alarm, in sum. */
export interface AlarmHandling {
  /** How many changes of status, tag, assignee, deletions and restorations there were; 0 for an untouched alarm. */
  readonly version: number;
  readonly comments: number;
  /** Empty: nobody. */
  readonly assignee: string;
  /** Unix seconds when a person first opened or changed it; 0 for never. */
  readonly first_look: number;
  /** Unix seconds when it last came to the last entry of --status; 0 while it has another one. */
  readonly closed_at: number;
}

/** An alarm as a store lists it. */
export type StoredAlarm = AlarmState & AlarmHandling;

/** How many accepted events there are of one stage; those of earlier stages that were taken later count too. */
export interface StageEvents {
  readonly stage: number;
  readonly total: number;
  readonly kept: number;
}

/** Accepted events that were not kept, by time. */
export interface EventBucket {
  /** Unix seconds of event time where it begins; its length is that of `bucket_seconds`. */
  readonly time: number;
  readonly stage: number;
  readonly count: number;
}

/** What is known of an alarm's accepted events: the first and the last 500 are kept. */
export interface EventsSummary {
  readonly total: number;
  readonly kept: number;
  /** False where nothing recorded them: an alarm that was read from a file, or a store that keeps none. */
  readonly recorded: boolean;
  readonly stages: readonly StageEvents[];
  readonly bucket_seconds: number;
  /** Only what was not kept. */
  readonly not_kept: readonly EventBucket[];
}

/** All that a store knows of one alarm but its events. */
export interface StoredAlarmDetail extends StoredAlarm {
  /** Oldest first. */
  readonly history: readonly AlarmAction[];
  readonly event_summary: EventsSummary;
}

/** A kept event: its place among the accepted ones of its alarm (from 1) and its stage, and the event with SPEC §1's keys. */
export interface KeptEvent {
  readonly place: number;
  readonly stage: number;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What alarms can be counted over time by. */
export const STATISTICS_KEYS = ['risk', 'directive', 'from', 'status', 'tag'] as const;
export type StatisticsKey = (typeof STATISTICS_KEYS)[number];

/** Alarms over time: a series for each of the most frequent values, and one for all others together. */
export interface AlarmStatistics {
  /** Unix seconds of the first bucket, a multiple of `bucket_seconds`. */
  readonly since: number;
  readonly bucket_seconds: number;
  readonly series: readonly { readonly value: string; readonly counts: readonly number[] }[];
  readonly rest: readonly number[];
  /** Medians over the alarms counted, in seconds, with how many they are of; null when of none. */
  readonly first_look_seconds: { readonly median: number; readonly of: number } | null;
  readonly close_seconds: { readonly median: number; readonly of: number } | null;
}
