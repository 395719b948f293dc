// The reference model of correlation: SPEC §5, §6, §7 and the bound of §9, one event at a time, in the order of the text.
// It shares no code with core/; speed is no aim.

import type { AssetSource } from '../../core/asset/assets.ts';
import type { DirectiveSource, RuleSource } from '../../core/directive/directive-source.ts';
import { assetName, assetValue, canonical, isWhitelisted } from './address-book.ts';
import { alarmLine } from './model-alarm.ts';
import type { ModelBacklog, ModelStage } from './model-backlog.ts';
import type { BacklogOutcome, ModelOptions, RawEvent, Scenario } from './model-input.ts';
import {
  isOpenAddress,
  matchesRule,
  routes,
  stickyValue,
  type MatchContext,
} from './rule-matching.ts';

interface World {
  readonly assets: readonly AssetSource[];
  readonly options: ModelOptions;
}

interface Arrival {
  readonly event: RawEvent;
  readonly now: number;
  readonly sequence: number;
}

/** Correlates the inputs in their order; the backlogs are in the order in which they were opened. */
export function runModel({ directives, assets, options, inputs }: Scenario): BacklogOutcome[] {
  const world = { assets, options };
  const backlogs: ModelBacklog[] = [];
  for (const [sequence, input] of inputs.entries()) {
    for (const backlog of backlogs.filter(isLive)) expireIfDue(backlog, input.now, world);
    if (input.kind === 'tick' || isWhitelisted(assets, input.event.src_ip)) continue;
    for (const directive of directives) {
      if (directive.disabled === true) continue;
      if (!directive.rules.some((rule) => routes(rule, input.event))) continue;
      const own = backlogs.filter((backlog) => backlog.directive === directive);
      const opened = correlate(directive, own, { ...input, sequence }, world);
      if (opened !== undefined) backlogs.push(opened);
    }
  }
  return backlogs.map(outcome);
}

function correlate(
  directive: DirectiveSource,
  own: readonly ModelBacklog[],
  arrival: Arrival,
  world: World,
): ModelBacklog | undefined {
  const consumers = own.filter(isLive).filter((backlog) => offer(backlog, arrival, world));
  if (consumers.length > 0) return undefined;
  const backlog = newBacklog(directive, arrival, world);
  if (!matchesRule(ruleOf(backlog, 1), arrival.event, contextOf(backlog, world))) return undefined;
  accept(backlog, arrival, world);
  enforceBound([...own, backlog], world);
  return backlog;
}

// "What a backlog does when it is offered an event"; true = consumed.
function offer(backlog: ModelBacklog, arrival: Arrival, world: World): boolean {
  const { event } = arrival;
  const rule = ruleOf(backlog, backlog.current);
  if (!matchesRule(rule, event, contextOf(backlog, world))) {
    return (
      backlog.directive.all_rules_always_active === true &&
      offerToEarlierStages(backlog, arrival, world)
    );
  }
  const sticky = stickyValue(rule, event);
  if (sticky !== undefined && currentStage(backlog).sticky.has(sticky)) return false;
  const earlierEnds = backlog.stages.map(({ end }) => end ?? -Infinity);
  if (timeOf(event) < Math.max(...earlierEnds)) return world.options.discardOorEvents;
  accept(backlog, arrival, world);
  return true;
}

function offerToEarlierStages(backlog: ModelBacklog, arrival: Arrival, world: World): boolean {
  for (let stage = 1; stage < backlog.current; stage += 1) {
    const rule = ruleOf(backlog, stage);
    if (!matchesRule(rule, arrival.event, contextOf(backlog, world))) continue;
    if (stage === 1 && !isOfFirstEvent(rule, arrival.event, backlog.opener)) continue;
    record(backlog, stage, arrival);
    writeAlarm(backlog, world);
    return true;
  }
  return false;
}

function isOfFirstEvent(rule: RuleSource, event: RawEvent, first: RawEvent): boolean {
  const sameSource = canonical(event.src_ip) === canonical(first.src_ip);
  const sameDestination = canonical(event.dst_ip) === canonical(first.dst_ip);
  return (!isOpenAddress(rule.from) || sameSource) && (!isOpenAddress(rule.to) || sameDestination);
}

// Steps 4 and 5.
function accept(backlog: ModelBacklog, arrival: Arrival, world: World): void {
  const { event } = arrival;
  const rule = ruleOf(backlog, backlog.current);
  const stage = currentStage(backlog);
  record(backlog, backlog.current, arrival);
  const sticky = stickyValue(rule, event);
  if (sticky !== undefined) stage.sticky.add(sticky);
  if (stage.first === undefined) {
    stage.first = event;
    stage.start = timeOf(event);
  }
  if (stage.eventIds.size < rule.occurrence) return;
  stage.status = 'finished';
  stage.end = timeOf(event);
  backlog.risk = riskOf(backlog, rule, world);
  if (backlog.current === backlog.stages.length) {
    backlog.ended = 'complete';
  } else {
    backlog.current += 1;
    currentStage(backlog).start = timeOf(event);
  }
  writeAlarm(backlog, world);
}

// Step 4 but for what only the current stage keeps.
function record(backlog: ModelBacklog, stage: number, { event, now }: Arrival): void {
  stageOf(backlog, stage).eventIds.add(event.event_id);
  addAddress(backlog.srcIps, event.src_ip);
  addAddress(backlog.dstIps, event.dst_ip);
  const pairs = [
    [event.custom_label1, event.custom_data1],
    [event.custom_label2, event.custom_data2],
    [event.custom_label3, event.custom_data3],
  ] as const;
  for (const [label = '', content = ''] of pairs) {
    const known = backlog.customData.some(
      (pair) => pair.label === label && pair.content === content,
    );
    if (content !== '' && !known) backlog.customData.push({ label, content });
  }
  backlog.updateTime = now;
  backlog.alarmEvents.push([stage, event.event_id]);
}

function addAddress(addresses: Set<string>, address: string): void {
  addresses.add(canonical(address));
  if (addresses.size > 1) addresses.delete('0.0.0.0');
}

function riskOf(backlog: ModelBacklog, rule: RuleSource, { assets }: World): number {
  const values = [...backlog.srcIps, ...backlog.dstIps].map((ip) => assetValue(assets, ip));
  return Math.floor((backlog.directive.priority * rule.reliability * Math.max(...values)) / 25);
}

function expireIfDue(backlog: ModelBacklog, now: number, world: World): void {
  const start = currentStage(backlog).start ?? 0;
  const timeout = ruleOf(backlog, backlog.current).timeout ?? 0;
  if (start + timeout < now - world.options.minAlarmLifetimeMinutes * 60) timeOut(backlog, world);
}

function timeOut(backlog: ModelBacklog, world: World): void {
  currentStage(backlog).status = 'timeout';
  backlog.ended = 'timeout';
  writeAlarm(backlog, world);
}

// SPEC §9: over the bound the backlog that got least far ends; `own` is in the order of opening, and sorting is stable.
function enforceBound(own: readonly ModelBacklog[], world: World): void {
  const live = own.filter(isLive);
  if (world.options.maxBacklogs === 0 || live.length <= world.options.maxBacklogs) return;
  const [victim] = live.toSorted(
    (left, right) =>
      left.current - right.current ||
      currentStage(left).eventIds.size - currentStage(right).eventIds.size,
  );
  if (victim !== undefined) timeOut(victim, world);
}

function writeAlarm(backlog: ModelBacklog, { assets, options }: World): void {
  if (backlog.risk < 1) return;
  backlog.createdTime ??= backlog.updateTime;
  backlog.alarms.push(alarmLine(backlog, assets, options));
}

function newBacklog(directive: DirectiveSource, arrival: Arrival, { assets }: World): ModelBacklog {
  const { event, sequence, now } = arrival;
  const nameOf = (ip: string): string => assetName(assets, ip) ?? canonical(ip);
  return {
    directive,
    opener: event,
    openedBy: { eventId: event.event_id, sequence },
    title: directive.name
      .replaceAll('SRC_IP', () => nameOf(event.src_ip))
      .replaceAll('DST_IP', () => nameOf(event.dst_ip)),
    stages: directive.rules.map(() => ({ eventIds: new Set(), sticky: new Set() })),
    current: 1,
    risk: 0,
    srcIps: new Set(),
    dstIps: new Set(),
    customData: [],
    updateTime: now,
    alarmEvents: [],
    alarms: [],
  };
}

function contextOf({ stages }: ModelBacklog, { assets }: World): MatchContext {
  const firstEvents = new Map<number, RawEvent>();
  for (const [index, { first }] of stages.entries()) {
    if (first !== undefined) firstEvents.set(index + 1, first);
  }
  return { assets, firstEvents };
}

function outcome(backlog: ModelBacklog): BacklogOutcome {
  const { directive, openedBy, alarmEvents, alarms, ended, current, risk } = backlog;
  const live = { stage: current, counted: currentStage(backlog).eventIds.size, risk };
  return { directiveId: directive.id, openedBy, alarmEvents, alarms, ended, live };
}

function isLive({ ended }: ModelBacklog): boolean {
  return ended === undefined;
}

function ruleOf({ directive }: ModelBacklog, stage: number): RuleSource {
  const rule = directive.rules.find((candidate) => candidate.stage === stage);
  if (rule === undefined) throw new Error(`directive without stage ${String(stage)}`);
  return rule;
}

function currentStage(backlog: ModelBacklog): ModelStage {
  return stageOf(backlog, backlog.current);
}

function stageOf({ stages }: ModelBacklog, stage: number): ModelStage {
  const found = stages[stage - 1];
  if (found === undefined) throw new Error(`backlog without stage ${String(stage)}`);
  return found;
}

function timeOf(event: RawEvent): number {
  return Math.floor(Date.parse(event.timestamp) / 1000);
}
