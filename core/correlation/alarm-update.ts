import { parseAddress } from '../address/address.ts';
import type { AlarmRecord, AlarmRule } from '../alarm/alarm-record.ts';
import type { Assets } from '../asset/assets.ts';
import { REFERENCE_FIELDS, type Rule, type RuleField } from '../directive/directive.ts';
import type { Backlog, CorrelationContext } from './backlog.ts';
import type { LookUpTerms } from './effect.ts';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The alarm record of a backlog as it stands (SPEC §6): a copy that shares nothing with the live state. */
export function recordAlarm(backlog: Backlog, context: CorrelationContext): AlarmRecord {
  const record: Writable<AlarmRecord> = {
    alarm_id: backlog.alarmId,
    title: backlog.title,
    status: backlog.status ?? context.initialStatus,
    tag: backlog.tag ?? context.initialTag,
    kingdom: backlog.head.kingdom,
    category: backlog.head.category,
    created_time: backlog.createdTime,
    update_time: backlog.updateTime,
    risk: backlog.risk,
    risk_class: backlog.riskClass,
    rules: backlog.ruleSet.asWritten.map((rule) => recordRule(rule, backlog)),
    src_ips: [...backlog.srcIps].sort(),
    dst_ips: [...backlog.dstIps].sort(),
    networks: findNetworks(backlog, context.assets),
  };
  if (backlog.customData.length > 0) record.custom_data = [...backlog.customData];
  return record;
}

/** What the look-ups of this backlog's alarm are asked for. */
export function collectLookUpTerms(backlog: Backlog): LookUpTerms {
  return {
    ips: [...new Set([...backlog.srcIps, ...backlog.dstIps])],
    sockets: [...new Set([...backlog.srcSockets, ...backlog.dstSockets])],
  };
}

function recordRule(rule: Rule, backlog: Backlog): AlarmRule {
  const progress = backlog.stages[rule.stage - 1];
  if (progress === undefined && rule.references.length === 0) return rule.shown;
  const shown: Writable<AlarmRule> = { ...rule.shown };
  showReferences(shown, rule, backlog);
  if (progress?.startTime !== undefined) shown.start_time = progress.startTime;
  if (progress?.endTime !== undefined) shown.end_time = progress.endTime;
  if (progress?.status !== undefined) shown.status = progress.status;
  return shown;
}

/** Replaces references by the values they stand for, once the stage they name has its first event (SPEC §6). */
function showReferences(shown: Writable<AlarmRule>, rule: Rule, backlog: Backlog): void {
  for (const { field, stage } of rule.references) {
    const value = referencedValue(backlog, field, stage);
    if (value === undefined) continue;
    shown[field] = String(value);
    if (shown.custom_data1 === '') delete shown.custom_data1;
    if (shown.custom_data2 === '') delete shown.custom_data2;
    if (shown.custom_data3 === '') delete shown.custom_data3;
  }
}

function referencedValue(
  backlog: Backlog,
  field: RuleField,
  stage: number,
): string | number | undefined {
  return backlog.stages[stage - 1]?.firstEvent?.[REFERENCE_FIELDS[field]];
}

/** The canonical CIDRs of all non-whitelisted networks that contain an address of the backlog, sorted. */
export function findNetworks(backlog: Backlog, assets: Assets): string[] {
  const networks = new Set<string>();
  for (const ips of [backlog.srcIps, backlog.dstIps]) {
    for (const ip of ips) {
      const address = parseAddress(ip);
      if (address === undefined) continue;
      for (const network of assets.networks(address)) networks.add(network);
    }
  }
  return [...networks].sort();
}
