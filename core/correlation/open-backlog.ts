import type { Assets } from '../asset/assets.ts';
import type { RuleSet } from '../directive/directive.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import { acceptOpeningEvent, matchesRule, type Input } from './advance.ts';
import {
  beginStage,
  noEndpoint,
  type Backlog,
  type CorrelationContext,
  type DirectiveHead,
} from './backlog.ts';
import type { Effect } from './effect.ts';

/** Whether the event fits stage 1, so that it opens a backlog when no live one consumed it. */
export function canOpen(ruleSet: RuleSet, event: NormalizedEvent, assets: Assets): boolean {
  const [rule] = ruleSet.rules;
  return rule !== undefined && matchesRule(rule, event, [], assets);
}

/** A new backlog opened by an event that fits stage 1; its first effects are added to `effects` (SPEC §5). */
export function openBacklog(
  { alarmId, head, ruleSet }: { alarmId: string; head: DirectiveHead; ruleSet: RuleSet },
  input: Input,
  context: CorrelationContext,
  effects: Effect[],
): Backlog {
  const backlog: Backlog = {
    alarmId,
    head,
    ruleSet,
    title: resolveTitle(head.name, input.event, context.assets),
    sequence: input.sequence,
    status: undefined,
    tag: undefined,
    createdTime: 0,
    updateTime: 0,
    risk: 0,
    riskClass: 'Low',
    stage: 1,
    stages: [beginStage(undefined)],
    latestEndTime: Number.NEGATIVE_INFINITY,
    srcIps: new Set(),
    dstIps: new Set(),
    srcSockets: new Set(),
    dstSockets: new Set(),
    lastSource: noEndpoint(),
    lastDestination: noEndpoint(),
    customData: [],
    eventCount: 0,
    firstEventTime: input.event.timeSeconds,
    lastEventTime: input.event.timeSeconds,
    carrier: undefined,
    end: undefined,
  };
  acceptOpeningEvent(backlog, input, context, effects);
  return backlog;
}

/** Every SRC_IP, then every DST_IP, in the directive's name becomes the asset's name or the address (SPEC §5). */
function resolveTitle(name: string, event: NormalizedEvent, assets: Assets): string {
  if (!name.includes('_IP')) return name;
  const source = assets.name(event.srcAddress) ?? event.srcIp;
  const destination = assets.name(event.dstAddress) ?? event.dstIp;
  return name.replaceAll('SRC_IP', () => source).replaceAll('DST_IP', () => destination);
}
