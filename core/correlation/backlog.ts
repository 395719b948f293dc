import type { CustomData, RiskClass } from '../alarm/alarm-record.ts';
import type { Assets } from '../asset/assets.ts';
import type { RuleSet, StickyValue } from '../directive/directive.ts';
import type { FirstEvent } from '../event/first-event.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';

/**
 * How a backlog ended; `evicted` is a time-out forced by the bound on live backlogs (SPEC §9), `stopped` was ended by an
 * operator or because its directive is gone.
 */
export type BacklogEnd = 'complete' | 'timeout' | 'evicted' | 'stopped';

/** What of a directive a backlog uses besides its rules; a reload replaces it (SPEC §10). */
export interface DirectiveHead {
  readonly id: number;
  readonly name: string;
  readonly kingdom: string;
  readonly category: string;
  readonly priority: number;
}

/** What the risk of a finished stage was made of (SPEC §5): priority × reliability × asset value / 25. */
export interface RiskTerms {
  /** Unix seconds, the `now` of the event that finished the stage. */
  readonly time: number;
  readonly priority: number;
  readonly reliability: number;
  readonly assetValue: number;
  /** The address whose asset value counted; empty when none has a value. */
  readonly address: string;
  readonly risk: number;
}

/** How far one stage of a backlog has come; times are Unix seconds of events. */
export interface StageProgress {
  startTime: number | undefined;
  endTime: number | undefined;
  status: 'finished' | 'timeout' | undefined;
  firstEvent: FirstEvent | undefined;
  /** Distinct event ids so far; dropped when the stage has finished. */
  eventIds: Set<string> | undefined;
  /** Sticky values seen; dropped when the stage has finished. */
  stickyValues: Set<StickyValue> | undefined;
  riskTerms: RiskTerms | undefined;
}

/** An address with a port; changed in place. */
export interface Endpoint {
  ip: string;
  port: number;
}

/** One running correlation instance (SPEC §5). Owned by one actor, which lets core change it in place. */
export interface Backlog {
  readonly alarmId: string;
  head: DirectiveHead;
  readonly ruleSet: RuleSet;
  readonly title: string;
  /** The sequence of the event that opened it; below 0 when a file of the reference did not tell. */
  readonly sequence: number;
  /** What a person last set; undefined stands for the first entry of the option (SPEC §10). */
  status: string | undefined;
  tag: string | undefined;
  /** Unix seconds; 0 before the first alarm line. */
  createdTime: number;
  updateTime: number;
  risk: number;
  riskClass: RiskClass;
  /** The current stage, 1..n. */
  stage: number;
  /** Index 0 is stage 1; only stages that have begun. */
  readonly stages: StageProgress[];
  /** The largest end time of finished stages; an event before it is out of order. */
  latestEndTime: number;
  readonly srcIps: Set<string>;
  readonly dstIps: Set<string>;
  readonly srcSockets: Set<string>;
  readonly dstSockets: Set<string>;
  /** Where the last accepted event came from and went to: the next is mostly the same and adds nothing. */
  readonly lastSource: Endpoint;
  readonly lastDestination: Endpoint;
  readonly customData: CustomData[];
  /** Accepted deliveries, repeated ones too. */
  eventCount: number;
  /** Times of the first and the latest accepted event, Unix seconds. */
  firstEventTime: number;
  lastEventTime: number;
  /** Trace context of the latest accepted event that had one (SPEC §1); not kept over a restart. */
  carrier: NormalizedEvent['carrier'];
  end: BacklogEnd | undefined;
}

/** What correlation needs beside the backlog: the assets and options in force. */
export interface CorrelationContext {
  readonly assets: Assets;
  readonly discardOutOfOrder: boolean;
  readonly minAlarmLifetimeSeconds: number;
  readonly medRiskMin: number;
  readonly medRiskMax: number;
  /** The first entries of --status and --tags. */
  readonly initialStatus: string;
  readonly initialTag: string;
}

/** A stage that has just begun at `startTime`. */
export function beginStage(startTime: number | undefined): StageProgress {
  return {
    startTime,
    endTime: undefined,
    status: undefined,
    firstEvent: undefined,
    eventIds: undefined,
    stickyValues: undefined,
    riskTerms: undefined,
  };
}

/** The last second in which the current stage still lives: it expires when now is later (SPEC §5 Expiry). */
export function deadlineOf(backlog: Backlog, context: CorrelationContext): number {
  const rule = backlog.ruleSet.rules[backlog.stage - 1];
  const startTime = backlog.stages[backlog.stage - 1]?.startTime ?? 0;
  return startTime + (rule?.timeoutSeconds ?? 0) + context.minAlarmLifetimeSeconds;
}

/** No endpoint yet. */
export function noEndpoint(): Endpoint {
  return { ip: '', port: -1 };
}
