import { parseAddress } from '../../core/address/address.ts';
import type { AlarmRule } from '../../core/alarm/alarm-record.ts';
import type { StageRisk } from '../../core/alarm/alarm-state.ts';
import type { StoredAlarmDetail } from '../../core/alarm/alarm-view.ts';
import { calculateRisk } from '../../core/alarm/risk.ts';
import type { Assets } from '../../core/asset/assets.ts';
import { REFERENCE_FIELDS } from '../../core/directive/directive.ts';
import type { DirectiveSource, RuleSource } from '../../core/directive/directive-source.ts';
import type { StageView } from '../schemas/alarm-detail.ts';

interface StageContext {
  readonly assets: Assets;
  readonly directive: DirectiveSource | undefined;
}

/** How each stage of an alarm went, in the order of the stages. */
export function describeStages(stored: StoredAlarmDetail, context: StageContext): StageView[] {
  return stored.alarm.rules
    .toSorted((left, right) => left.stage - right.stage)
    .map((rule) => describeStage(rule, stored, context));
}

function describeStage(
  rule: AlarmRule,
  stored: StoredAlarmDetail,
  context: StageContext,
): StageView {
  const { stage } = rule;
  const state = stateOf(rule, stored);
  const came = countEvents(rule, state, stored);
  const counted = stored.event_summary.stages.find((entry) => entry.stage === stage);
  const risk = stored.risks.find((entry) => entry.stage === stage);
  const isCurrent = stage === stored.stage;
  const source = context.directive?.rules.find((written) => written.stage === stage);
  return {
    ...{ stage, name: rule.name, rule: copyRule(rule), references: findReferences(source ?? rule) },
    ...{ state, needed: rule.occurrence, came, accepted: Math.max(came, counted?.total ?? 0) },
    started: rule.start_time ?? null,
    ended: rule.end_time ?? null,
    deadline: isCurrent && state !== 'finished' && stored.deadline > 0 ? stored.deadline : null,
    risk: risk === undefined ? null : describeRisk(risk),
    would_be: state === 'running' ? foresee(rule, stored, context) : null,
  };
}

/** The rules of an alarm are those of its last line, its progress may be newer. */
function stateOf(
  { stage, status }: AlarmRule,
  { progress, stage: current }: StoredAlarmDetail,
): StageView['state'] {
  if (status !== undefined) return status;
  if (stage < current || progress === 'complete') return 'finished';
  if (stage > current) return 'waiting';
  if (progress === 'running') return 'running';
  return progress === 'timeout' ? 'timeout' : 'ended';
}

function countEvents(
  { stage, occurrence }: AlarmRule,
  state: StageView['state'],
  stored: StoredAlarmDetail,
): number {
  if (state === 'finished') return occurrence;
  return stage === stored.stage ? stored.events : 0;
}

function describeRisk(terms: StageRisk): NonNullable<StageView['risk']> {
  const { time, priority, reliability, asset_value, address, risk } = terms;
  return { time, priority, reliability, asset_value, address, risk };
}

/** What the risk would be if the stage finished now, by today's assets; null when the priority is not known. */
function foresee(
  { reliability }: AlarmRule,
  { alarm, risks }: StoredAlarmDetail,
  { assets, directive }: StageContext,
): number | null {
  const priority = risks.at(-1)?.priority ?? directive?.priority;
  if (priority === undefined) return null;
  const values = [...alarm.src_ips, ...alarm.dst_ips].map((ip) => {
    const address = parseAddress(ip);
    return address === undefined ? 0 : assets.value(address);
  });
  return calculateRisk(
    priority,
    reliability,
    values.reduce((most, value) => Math.max(most, value), 0),
  );
}

/** A reference stands in the file as `:1`, in the alarm only until its stage has its first event. */
function findReferences(rule: RuleSource | AlarmRule): Record<string, number> {
  const texts = new Map<string, unknown>(Object.entries(rule));
  const references: Record<string, number> = {};
  for (const field of Object.keys(REFERENCE_FIELDS)) {
    const text = texts.get(field);
    const [, stage] = (typeof text === 'string' ? /^:(\d+)$/.exec(text) : null) ?? [];
    if (stage !== undefined) references[field] = Number(stage);
  }
  return references;
}

function copyRule({ plugin_sid, product, subcategory, ...rule }: AlarmRule): StageView['rule'] {
  return {
    ...rule,
    ...(plugin_sid !== undefined && { plugin_sid: [...plugin_sid] }),
    ...(product !== undefined && { product: [...product] }),
    ...(subcategory !== undefined && { subcategory: [...subcategory] }),
  };
}
