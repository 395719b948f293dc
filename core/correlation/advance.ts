import { parseAddress, socketAddress } from '../address/address.ts';
import { calculateRisk, classifyRisk } from '../alarm/risk.ts';
import type { Assets } from '../asset/assets.ts';
import type { FirstEvents, Rule } from '../directive/directive.ts';
import { rememberFirstEvent } from '../event/first-event.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import { collectLookUpTerms, recordAlarm } from './alarm-update.ts';
import {
  beginStage,
  deadlineOf,
  type Backlog,
  type CorrelationContext,
  type RiskTerms,
  type StageProgress,
} from './backlog.ts';
import { recordEvent, type BacklogEnd, type Effect } from './effect.ts';

/** What a backlog did with an event: `discarded` is out of order (consumed or not as the option says); `ended` was not offered it. */
export type Verdict = 'consumed' | 'unmatched' | 'discarded' | 'ended';

/** An accepted event as correlation sees it: its place in the log and the admission time in whole Unix seconds. */
export interface Input {
  readonly sequence: number;
  readonly now: number;
  readonly event: NormalizedEvent;
}

/**
 * Offers an event to a live backlog (SPEC §5), which is changed in place; what is to be done outside is added to
 * `effects`. Decides before it changes anything: when it throws, the backlog is as before.
 */
export function offerEvent(
  backlog: Backlog,
  { event, now }: Input,
  context: CorrelationContext,
  effects: Effect[],
): Verdict {
  if (expireIfDue(backlog, now, context, effects)) return 'ended';
  const { rules } = backlog.ruleSet;
  const rule = rules[backlog.stage - 1];
  const progress = backlog.stages[backlog.stage - 1];
  if (rule === undefined || progress === undefined) return 'unmatched';
  if (!matchesRule(rule, event, backlog.stages, context.assets)) {
    return offerToEarlierStages(backlog, { event, now }, context, effects);
  }
  const stickyValue = rule.stickyValue?.(event);
  if (stickyValue !== undefined && progress.stickyValues?.has(stickyValue) === true) {
    return 'unmatched';
  }
  if (event.timeSeconds < backlog.latestEndTime) return 'discarded';
  acceptEvent(backlog, progress, { event, now, rule, effects });
  if (stickyValue !== undefined) (progress.stickyValues ??= new Set()).add(stickyValue);
  (progress.eventIds ??= new Set()).add(event.eventId);
  if (progress.eventIds.size >= rule.occurrence) {
    finishStage(backlog, { rule, progress, event, now, context, effects });
  }
  return 'consumed';
}

/** Ends the backlog as timed out when its deadline has passed at `now`; answers whether it has ended. */
export function expireIfDue(
  backlog: Backlog,
  now: number,
  context: CorrelationContext,
  effects: Effect[],
): boolean {
  if (backlog.end !== undefined) return true;
  if (now <= deadlineOf(backlog, context)) return false;
  endEarly(backlog, 'timeout', context, effects);
  return true;
}

/** Ends a live backlog before its last stage: the current stage gets the status `timeout` (SPEC §5, §9). */
export function endEarly(
  backlog: Backlog,
  end: Exclude<BacklogEnd, 'complete'>,
  context: CorrelationContext,
  effects: Effect[],
): void {
  const progress = backlog.stages[backlog.stage - 1];
  if (progress !== undefined) progress.status = 'timeout';
  backlog.end = end;
  updateAlarm(backlog, context, effects, false);
  effects.push({ type: 'end-backlog', alarmId: backlog.alarmId, end });
}

/** Whether the event fits the rule: key, values and references; the sticky value is not looked at (SPEC §4). */
export function matchesRule(
  rule: Rule,
  event: NormalizedEvent,
  firstEvents: FirstEvents,
  assets: Assets,
): boolean {
  if (!rule.matchesKey(event)) return false;
  for (const condition of rule.conditions) {
    if (!condition(event, firstEvents, assets)) return false;
  }
  return true;
}

/** Does to a backlog whatever accepting an event at its current stage does, up to the occurrence count. */
function acceptEvent(
  backlog: Backlog,
  progress: StageProgress,
  {
    event,
    now,
    rule,
    effects,
  }: { event: NormalizedEvent; now: number; rule: Rule; effects: Effect[] },
): void {
  if (progress.firstEvent === undefined) {
    progress.firstEvent = rememberFirstEvent(event);
    progress.startTime = event.timeSeconds;
  }
  gatherEvent(backlog, event, now);
  const { alarmId } = backlog;
  recordEvent(effects, { alarmId, stage: rule.stage, eventId: event.eventId });
}

/** Opens stage 1 of a new backlog with its event: it finishes at once, because its occurrence is 1. */
export function acceptOpeningEvent(
  backlog: Backlog,
  { event, now }: Input,
  context: CorrelationContext,
  effects: Effect[],
): void {
  const [rule] = backlog.ruleSet.rules;
  const [progress] = backlog.stages;
  if (rule === undefined || progress === undefined) return;
  acceptEvent(backlog, progress, { event, now, rule, effects });
  finishStage(backlog, { rule, progress, event, now, context, effects });
}

/** SPEC §5 step 1: with all_rules_always_active the lowest earlier stage that matches takes the event. */
function offerToEarlierStages(
  backlog: Backlog,
  { event, now }: { event: NormalizedEvent; now: number },
  context: CorrelationContext,
  effects: Effect[],
): Verdict {
  if (!backlog.ruleSet.allRulesAlwaysActive || backlog.stage === 1) return 'unmatched';
  for (const rule of backlog.ruleSet.rules) {
    if (rule.stage >= backlog.stage) break;
    if (!matchesRule(rule, event, backlog.stages, context.assets)) continue;
    if (rule.stage === 1 && !hasOpeningAddresses(rule, event, backlog.stages)) continue;
    gatherEvent(backlog, event, now);
    const { alarmId } = backlog;
    recordEvent(effects, { alarmId, stage: rule.stage, eventId: event.eventId });
    updateAlarm(backlog, context, effects, false);
    return 'consumed';
  }
  return 'unmatched';
}

/** An open `from` or `to` of stage 1 asks for the address of the backlog's first event: other attackers are not taken. */
function hasOpeningAddresses(
  rule: Rule,
  event: NormalizedEvent,
  firstEvents: FirstEvents,
): boolean {
  const first = firstEvents[0]?.firstEvent;
  if (rule.openFrom && first?.srcIp !== event.srcIp) return false;
  return !rule.openTo || first?.dstIp === event.dstIp;
}

/** Adds what every accepted event adds: addresses, ip:port pairs, custom data, update time. */
function gatherEvent(backlog: Backlog, event: NormalizedEvent, now: number): void {
  const { lastSource, lastDestination } = backlog;
  if (lastSource.port !== event.srcPort || lastSource.ip !== event.srcIp) {
    addAddress(backlog.srcIps, event.srcIp);
    backlog.srcSockets.add(socketAddress(event.srcIp, event.srcPort));
    lastSource.ip = event.srcIp;
    lastSource.port = event.srcPort;
  }
  if (lastDestination.port !== event.dstPort || lastDestination.ip !== event.dstIp) {
    addAddress(backlog.dstIps, event.dstIp);
    backlog.dstSockets.add(socketAddress(event.dstIp, event.dstPort));
    lastDestination.ip = event.dstIp;
    lastDestination.port = event.dstPort;
  }
  addCustomData(backlog, event.customLabel1, event.customData1);
  addCustomData(backlog, event.customLabel2, event.customData2);
  addCustomData(backlog, event.customLabel3, event.customData3);
  backlog.updateTime = now;
  backlog.eventCount += 1;
}

const UNSPECIFIED = '0.0.0.0';

function addAddress(ips: Set<string>, ip: string): void {
  if (ips.has(ip)) return;
  ips.add(ip);
  if (ips.size > 1) ips.delete(UNSPECIFIED);
}

function addCustomData(backlog: Backlog, label: string, content: string): void {
  if (content === '') return;
  const { customData } = backlog;
  if (customData.some((entry) => entry.content === content && entry.label === label)) return;
  customData.push({ label, content });
}

/** SPEC §5 step 5: the stage is finished, risk recalculated, the next stage begins or the backlog ends. */
function finishStage(
  backlog: Backlog,
  {
    rule,
    progress,
    event,
    now,
    context,
    effects,
  }: {
    rule: Rule;
    progress: StageProgress;
    event: NormalizedEvent;
    now: number;
    context: CorrelationContext;
    effects: Effect[];
  },
): void {
  progress.status = 'finished';
  progress.endTime = event.timeSeconds;
  backlog.latestEndTime = Math.max(backlog.latestEndTime, event.timeSeconds);
  progress.eventIds = undefined;
  progress.stickyValues = undefined;
  const terms = weighRisk(backlog, rule, now, context.assets);
  progress.riskTerms = terms;
  backlog.risk = terms.risk;
  backlog.riskClass = classifyRisk(terms.risk, context);
  if (backlog.stage < backlog.ruleSet.rules.length) {
    backlog.stage += 1;
    backlog.stages.push(beginStage(event.timeSeconds));
    updateAlarm(backlog, context, effects, true);
  } else {
    backlog.end = 'complete';
    updateAlarm(backlog, context, effects, true);
    effects.push({ type: 'end-backlog', alarmId: backlog.alarmId, end: 'complete' });
  }
}

function weighRisk(backlog: Backlog, rule: Rule, now: number, assets: Assets): RiskTerms {
  let assetValue = 0;
  let valued = '';
  for (const ips of [backlog.srcIps, backlog.dstIps]) {
    for (const ip of ips) {
      const address = parseAddress(ip);
      const value = address === undefined ? 0 : assets.value(address);
      if (value > assetValue) {
        assetValue = value;
        valued = ip;
      }
    }
  }
  const { priority } = backlog.head;
  const { reliability } = rule;
  const risk = calculateRisk(priority, reliability, assetValue);
  return { time: now, priority, reliability, assetValue, address: valued, risk };
}

function updateAlarm(
  backlog: Backlog,
  context: CorrelationContext,
  effects: Effect[],
  withLookUps: boolean,
): void {
  if (backlog.risk < 1) return;
  if (backlog.createdTime === 0) backlog.createdTime = backlog.updateTime;
  effects.push({
    type: 'update-alarm',
    record: recordAlarm(backlog, context),
    lookUp: withLookUps ? collectLookUpTerms(backlog) : undefined,
  });
}
