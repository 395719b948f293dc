// The alarm record of SPEC §6 of a model backlog.

import type { AlarmRule, RiskClass } from '../../core/alarm/alarm-record.ts';
import type { AssetSource } from '../../core/asset/assets.ts';
import type { RuleSource } from '../../core/directive/directive-source.ts';
import { canonical, networksOf } from './address-book.ts';
import type { ModelBacklog, ModelStage } from './model-backlog.ts';
import type { AlarmLine, ModelOptions, RawEvent } from './model-input.ts';
import { referencedStage } from './rule-matching.ts';

/** The alarm line of the backlog as it stands. */
export function alarmLine(
  backlog: ModelBacklog,
  assets: readonly AssetSource[],
  options: ModelOptions,
): AlarmLine {
  const addresses = [...backlog.srcIps, ...backlog.dstIps];
  const networks = new Set(addresses.flatMap((address) => networksOf(assets, address)));
  return {
    title: backlog.title,
    status: options.status,
    tag: options.tag,
    kingdom: backlog.directive.kingdom,
    category: backlog.directive.category,
    created_time: backlog.createdTime ?? backlog.updateTime,
    update_time: backlog.updateTime,
    risk: backlog.risk,
    risk_class: riskClass(backlog.risk, options),
    rules: backlog.directive.rules.map((rule) => alarmRule(rule, backlog)),
    src_ips: [...backlog.srcIps].sort(),
    dst_ips: [...backlog.dstIps].sort(),
    networks: [...networks].sort(),
    ...(backlog.customData.length > 0 && { custom_data: [...backlog.customData] }),
  };
}

function riskClass(risk: number, { medRiskMin, medRiskMax }: ModelOptions): RiskClass {
  if (risk < medRiskMin) return 'Low';
  return risk > medRiskMax ? 'High' : 'Medium';
}

function alarmRule(rule: RuleSource, { stages }: ModelBacklog): AlarmRule {
  const resolve = (text: string, valueOf: (first: RawEvent) => string): string => {
    const referenced = referencedStage(text);
    const first = referenced === undefined ? undefined : stages[referenced - 1]?.first;
    return first === undefined ? text : valueOf(first);
  };
  const customData1 = resolve(rule.custom_data1 ?? '', (first) => first.custom_data1 ?? '');
  const customData2 = resolve(rule.custom_data2 ?? '', (first) => first.custom_data2 ?? '');
  const customData3 = resolve(rule.custom_data3 ?? '', (first) => first.custom_data3 ?? '');
  return {
    name: rule.name ?? '',
    stage: rule.stage,
    occurrence: rule.occurrence,
    type: rule.type,
    plugin_id: rule.plugin_id ?? 0,
    from: resolve(rule.from, (first) => canonical(first.src_ip)),
    to: resolve(rule.to, (first) => canonical(first.dst_ip)),
    port_from: resolve(rule.port_from ?? 'ANY', (first) => String(first.src_port ?? 0)),
    port_to: resolve(rule.port_to ?? 'ANY', (first) => String(first.dst_port ?? 0)),
    protocol: resolve(rule.protocol ?? 'ANY', (first) => first.protocol ?? ''),
    reliability: rule.reliability,
    timeout: rule.timeout ?? 0,
    ...keyFields(rule),
    ...(customData1 !== '' && { custom_data1: customData1 }),
    ...(customData2 !== '' && { custom_data2: customData2 }),
    ...(customData3 !== '' && { custom_data3: customData3 }),
    ...progressFields(stages[rule.stage - 1]),
  };
}

function keyFields(rule: RuleSource): Partial<AlarmRule> {
  const { plugin_sid = [], product = [], category = '', subcategory = [] } = rule;
  const { sticky_different = '' } = rule;
  return {
    ...(plugin_sid.length > 0 && { plugin_sid }),
    ...(product.length > 0 && { product }),
    ...(category !== '' && { category }),
    ...(subcategory.length > 0 && { subcategory }),
    ...(sticky_different !== '' && { sticky_different }),
  };
}

function progressFields(stage: ModelStage | undefined): Partial<AlarmRule> {
  return {
    ...(stage?.start !== undefined && { start_time: stage.start }),
    ...(stage?.end !== undefined && { end_time: stage.end }),
    ...(stage?.status !== undefined && { status: stage.status }),
  };
}
