import type { AlarmKeeping } from '../alarm/alarm-keeping.ts';
import type { AlarmRule, CustomData, Finding } from '../alarm/alarm-record.ts';
import { classifyRisk } from '../alarm/risk.ts';
import type { Backlog, CorrelationContext, RiskTerms, StageProgress } from './backlog.ts';
import type { FirstEvent } from '../event/first-event.ts';
import type { RuleSource } from '../directive/directive-source.ts';
import { findNetworks } from './alarm-update.ts';

/** A rule in a backlog file: as written, with its progress (SPEC §10). */
export interface SavedRule extends AlarmRule {
  readonly saved_event_ids?: readonly string[];
  readonly saved_sticky_diffdata?: {
    readonly sdiff_string: readonly string[];
    readonly sdiff_int: readonly number[];
  };
}

/** What our files hold beyond the reference's keys, under one key that it ignores. */
export interface SavedExtras {
  readonly directive_name: string;
  readonly sequence: number;
  readonly event_count: number;
  readonly first_event: number;
  readonly last_event: number;
  readonly status?: string;
  readonly tag?: string;
  /** A person has deleted the alarm. */
  readonly deleted?: true;
  /** By stage, from stage 1; null where there is none. */
  readonly first_events: readonly (FirstEvent | null)[];
  readonly risk_terms: readonly (RiskTerms | null)[];
}

/** One entry of a backlog file, readable by the reference. */
export interface SavedBacklog {
  readonly alarm_id: string;
  readonly title: string;
  readonly status: string;
  readonly tag: string;
  readonly kingdom: string;
  readonly category: string;
  readonly created_time: number;
  readonly update_time: number;
  readonly risk: number;
  readonly risk_class: string;
  readonly rules: readonly SavedRule[];
  readonly src_ips: readonly string[];
  readonly dst_ips: readonly string[];
  readonly networks: readonly string[];
  readonly intel_hits?: readonly Finding[];
  readonly vulnerabilities?: readonly Finding[];
  readonly custom_data?: readonly CustomData[];
  readonly saved_src_socketaddr: readonly string[];
  readonly saved_dst_socketaddr: readonly string[];
  readonly dsiem_ts: SavedExtras;
}

/** A saved rule after its shape was checked: a rule as written, with its progress. */
export interface CheckedRule extends RuleSource {
  readonly start_time?: number | undefined;
  readonly end_time?: number | undefined;
  readonly status?: string | undefined;
  readonly saved_event_ids?: readonly string[] | undefined;
  readonly saved_sticky_diffdata?:
    | {
        readonly sdiff_string?: readonly string[] | undefined;
        readonly sdiff_int?: readonly number[] | undefined;
      }
    | undefined;
}

/** A saved backlog after its shape was checked; ours has `dsiem_ts`, the reference's has not. */
export interface CheckedBacklog {
  readonly alarm_id: string;
  readonly title: string;
  readonly created_time: number;
  readonly update_time: number;
  readonly risk: number;
  readonly rules: readonly CheckedRule[];
  readonly src_ips: readonly string[];
  readonly dst_ips: readonly string[];
  readonly intel_hits?: readonly Finding[] | undefined;
  readonly vulnerabilities?: readonly Finding[] | undefined;
  readonly custom_data?: readonly CustomData[] | undefined;
  readonly saved_src_socketaddr?: readonly string[] | undefined;
  readonly saved_dst_socketaddr?: readonly string[] | undefined;
  readonly dsiem_ts?:
    | {
        readonly directive_name: string;
        readonly sequence: number;
        readonly event_count: number;
        readonly first_event: number;
        readonly last_event: number;
        readonly status?: string | undefined;
        readonly tag?: string | undefined;
        readonly deleted?: boolean | undefined;
        readonly first_events: readonly (FirstEvent | null)[];
        readonly risk_terms: readonly (StageProgress['riskTerms'] | null)[];
      }
    | undefined;
}

/** The entry of a live backlog for its directive's file (SPEC §10): all that continuing exactly needs. */
export function saveBacklog(
  backlog: Backlog,
  keeping: AlarmKeeping | undefined,
  context: CorrelationContext,
): SavedBacklog {
  const { intelHits = [], vulnerabilities = [] } = keeping ?? {};
  const status = keeping?.status ?? backlog.status;
  const tag = keeping?.tag ?? backlog.tag;
  return {
    alarm_id: backlog.alarmId,
    title: backlog.title,
    status: status ?? context.initialStatus,
    tag: tag ?? context.initialTag,
    kingdom: backlog.head.kingdom,
    category: backlog.head.category,
    created_time: backlog.createdTime,
    update_time: backlog.updateTime,
    risk: backlog.risk,
    risk_class: backlog.createdTime === 0 ? '' : classifyRisk(backlog.risk, context),
    rules: backlog.ruleSet.asWritten.map((rule) =>
      saveRule(rule.shown, backlog.stages[rule.stage - 1]),
    ),
    src_ips: [...backlog.srcIps],
    dst_ips: [...backlog.dstIps],
    networks: findNetworks(backlog, context.assets),
    ...(intelHits.length > 0 ? { intel_hits: intelHits } : {}),
    ...(vulnerabilities.length > 0 ? { vulnerabilities } : {}),
    ...(backlog.customData.length > 0 ? { custom_data: backlog.customData } : {}),
    saved_src_socketaddr: [...backlog.srcSockets],
    saved_dst_socketaddr: [...backlog.dstSockets],
    dsiem_ts: {
      ...saveExtras(backlog),
      ...(status === undefined ? {} : { status }),
      ...(tag === undefined ? {} : { tag }),
      ...(keeping?.deleted === true ? { deleted: true } : {}),
    },
  };
}

function saveExtras(backlog: Backlog): SavedExtras {
  return {
    directive_name: backlog.head.name,
    sequence: backlog.sequence,
    event_count: backlog.eventCount,
    first_event: backlog.firstEventTime,
    last_event: backlog.lastEventTime,
    first_events: backlog.stages.map(({ firstEvent }) => firstEvent ?? null),
    risk_terms: backlog.stages.map(({ riskTerms }) => riskTerms ?? null),
  };
}

function saveRule(shown: AlarmRule, progress: StageProgress | undefined): SavedRule {
  if (progress === undefined) return shown;
  const { startTime, endTime, status, eventIds, stickyValues } = progress;
  return {
    ...shown,
    ...(startTime === undefined ? {} : { start_time: startTime }),
    ...(endTime === undefined ? {} : { end_time: endTime }),
    ...(status === undefined ? {} : { status }),
    ...(eventIds === undefined ? {} : { saved_event_ids: [...eventIds] }),
    ...(stickyValues === undefined
      ? {}
      : {
          saved_sticky_diffdata: {
            sdiff_string: [...stickyValues].filter((value) => typeof value === 'string'),
            sdiff_int: [...stickyValues].filter((value) => typeof value === 'number'),
          },
        }),
  };
}
