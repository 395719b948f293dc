import type { RiskClass } from '../alarm/alarm-record.ts';
import { classifyRisk } from '../alarm/risk.ts';
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
  type StageProgress,
} from './backlog.ts';
import { describeProgress, describeRisks, progressOf } from './backlog-progress.ts';
import { gatherEvent } from './gather-event.ts';
import { weighRisk } from './weigh-risk.ts';
import { recordEvent, type Effect } from './effect.ts';

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

/** Ends a live backlog as timed out: the current stage gets the status `timeout` (SPEC §5, §9). */
export function endEarly(
  backlog: Backlog,
  end: 'timeout' | 'evicted',
  context: CorrelationContext,
  effects: Effect[],
): void {
  const progress = backlog.stages[backlog.stage - 1];
  if (progress !== undefined) progress.status = 'timeout';
  backlog.end = end;
  updateAlarm(backlog, context, effects, { withLookUps: false, classBefore: backlog.riskClass });
  changeBacklog(backlog, 'ended', context, effects);
}

/** Ends a live backlog because an operator says so or its directive is gone: no line is written. */
export function stopBacklog(
  backlog: Backlog,
  context: CorrelationContext,
  effects: Effect[],
): void {
  backlog.end = 'stopped';
  changeBacklog(backlog, 'ended', context, effects);
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
  recordEvent(effects, { alarmId, stage: rule.stage, event });
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
    recordEvent(effects, { alarmId, stage: rule.stage, event });
    updateAlarm(backlog, context, effects, { withLookUps: false, classBefore: backlog.riskClass });
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
  const stageSeconds = rule.stage === 1 ? 0 : event.timeSeconds - backlog.latestEndTime;
  backlog.latestEndTime = Math.max(backlog.latestEndTime, event.timeSeconds);
  progress.eventIds = undefined;
  progress.stickyValues = undefined;
  const classBefore = backlog.riskClass;
  const terms = weighRisk(backlog, rule, now, context.assets);
  progress.riskTerms = terms;
  backlog.risk = terms.risk;
  backlog.riskClass = classifyRisk(terms.risk, context);
  if (backlog.stage < backlog.ruleSet.rules.length) {
    backlog.stage += 1;
    backlog.stages.push(beginStage(event.timeSeconds));
    updateAlarm(backlog, context, effects, { withLookUps: true, classBefore });
    const change = backlog.stage === 2 ? 'opened' : 'advanced';
    changeBacklog(backlog, change, context, effects, stageSeconds);
  } else {
    backlog.end = 'complete';
    updateAlarm(backlog, context, effects, { withLookUps: true, classBefore });
    changeBacklog(backlog, 'ended', context, effects, stageSeconds);
  }
}

function updateAlarm(
  backlog: Backlog,
  context: CorrelationContext,
  effects: Effect[],
  { withLookUps, classBefore }: { withLookUps: boolean; classBefore: RiskClass },
): void {
  if (backlog.risk < 1) return;
  const isFirst = backlog.createdTime === 0;
  if (isFirst) backlog.createdTime = backlog.updateTime;
  effects.push({
    type: 'update-alarm',
    record: recordAlarm(backlog, context),
    directiveId: backlog.head.id,
    progress: progressOf(backlog.end),
    counts: describeProgress(backlog, context),
    risks: describeRisks(backlog),
    isFirst,
    newClass: isFirst || backlog.riskClass !== classBefore ? backlog.riskClass : undefined,
    carrier: backlog.carrier,
    lookUp: withLookUps ? collectLookUpTerms(backlog) : undefined,
  });
}

function changeBacklog(
  backlog: Backlog,
  change: 'opened' | 'advanced' | 'ended',
  context: CorrelationContext,
  effects: Effect[],
  stageSeconds?: number,
): void {
  const { alarmId, title, risk, end } = backlog;
  const counts = describeProgress(backlog, context);
  const directiveId = backlog.head.id;
  effects.push({
    type: 'change-backlog',
    change,
    alarmId,
    directiveId,
    title,
    risk,
    end,
    stageSeconds,
    counts,
  });
}
