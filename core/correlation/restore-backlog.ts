import { canonicalText, parseAddress } from '../address/address.ts';
import { classifyRisk } from '../alarm/risk.ts';
import type { Directive, RuleSet, StickyValue } from '../directive/directive.ts';
import type { RuleSource } from '../directive/directive-source.ts';
import type { FirstEvent } from '../event/first-event.ts';
import {
  beginStage,
  noEndpoint,
  type Backlog,
  type CorrelationContext,
  type StageProgress,
} from './backlog.ts';
import type { CheckedBacklog, CheckedRule } from './saved-backlog.ts';
import type { Findings } from '../alarm/alarm-record.ts';

/** A backlog that goes on, or why it cannot. `unprovenReferences` names stages whose references will match nothing. */
export type Restored =
  | {
      readonly backlog: Backlog;
      readonly findings: Findings;
      readonly deleted: boolean;
      readonly unproven: readonly number[];
    }
  | { readonly problem: string };

/** Turns a saved backlog into a live one of `directive` (SPEC §10); `compile` shares rule sets between equal ones. */
export function restoreBacklog(
  saved: CheckedBacklog,
  directive: Directive,
  {
    context,
    compile,
    sequence,
  }: {
    context: CorrelationContext;
    compile: (rules: readonly RuleSource[]) => RuleSet | string;
    /** Stands in for the opening sequence when the file does not tell. */
    sequence: number;
  },
): Restored {
  const extras = saved.dsiem_ts;
  if (!belongsTo(saved, directive)) {
    return { problem: `its directive is now named "${directive.name}"` };
  }
  const ruleSet = compile(saved.rules);
  if (typeof ruleSet === 'string') return { problem: ruleSet };
  const rules = [...saved.rules].sort((left, right) => left.stage - right.stage);
  const current = rules.find(({ status }) => status === undefined || status === '');
  if (current === undefined) return { problem: 'no stage is left to go on with' };
  const begun = rules.slice(0, current.stage);
  const stages = begun.map((rule) => restoreStage(rule, saved));
  const latestEndTime = Math.max(
    ...stages.map(({ endTime }) => endTime ?? Number.NEGATIVE_INFINITY),
  );
  const last = stages.at(-1);
  if (last !== undefined) last.startTime ??= Number.isFinite(latestEndTime) ? latestEndTime : 0;
  const { id, name, kingdom, category, priority } = directive;
  const backlog: Backlog = {
    alarmId: saved.alarm_id,
    head: { id, name, kingdom, category, priority },
    ruleSet,
    title: saved.title,
    sequence: extras?.sequence ?? sequence,
    status: extras?.status,
    tag: extras?.tag,
    createdTime: saved.created_time,
    updateTime: saved.update_time,
    risk: saved.risk,
    riskClass: classifyRisk(saved.risk, context),
    stage: current.stage,
    stages,
    latestEndTime,
    srcIps: new Set(saved.src_ips.map(canonicalIp)),
    dstIps: new Set(saved.dst_ips.map(canonicalIp)),
    srcSockets: new Set(saved.saved_src_socketaddr),
    dstSockets: new Set(saved.saved_dst_socketaddr),
    lastSource: noEndpoint(),
    lastDestination: noEndpoint(),
    customData: [...(saved.custom_data ?? [])],
    eventCount: extras?.event_count ?? countEvents(begun),
    firstEventTime: extras?.first_event ?? stages[0]?.startTime ?? saved.update_time,
    lastEventTime: extras?.last_event ?? last?.startTime ?? saved.update_time,
    carrier: undefined,
    end: undefined,
  };
  const findings = {
    intelHits: saved.intel_hits ?? [],
    vulnerabilities: saved.vulnerabilities ?? [],
  };
  const deleted = extras?.deleted === true;
  return { backlog, findings, deleted, unproven: findUnproven(backlog) };
}

/** Ours tells the directive's name; a title of the reference fits with any text for each SRC_IP and DST_IP. */
function belongsTo(saved: CheckedBacklog, directive: Directive): boolean {
  if (saved.dsiem_ts !== undefined) return saved.dsiem_ts.directive_name === directive.name;
  let rest = saved.title;
  const [head = '', ...parts] = directive.name.split(/SRC_IP|DST_IP/);
  if (parts.length === 0) return rest === head;
  if (!rest.startsWith(head)) return false;
  rest = rest.slice(head.length);
  const tail = parts.pop() ?? '';
  for (const part of parts) {
    const found = rest.indexOf(part);
    if (found < 0) return false;
    rest = rest.slice(found + part.length);
  }
  return rest.endsWith(tail);
}

function restoreStage(rule: CheckedRule, saved: CheckedBacklog): StageProgress {
  const stage = beginStage(rule.start_time);
  const finished = rule.status !== undefined && rule.status !== '';
  const index = rule.stage - 1;
  stage.riskTerms = saved.dsiem_ts?.risk_terms[index] ?? undefined;
  const ids = rule.saved_event_ids ?? [];
  stage.firstEvent =
    saved.dsiem_ts === undefined
      ? finished || ids.length > 0
        ? proveFirstEvent(saved)
        : undefined
      : (saved.dsiem_ts.first_events[index] ?? undefined);
  if (finished) {
    stage.status = 'finished';
    stage.endTime = rule.end_time;
    return stage;
  }
  if (ids.length > 0) stage.eventIds = new Set(ids);
  const values = restoreStickyValues(rule);
  if (values.length > 0) stage.stickyValues = new Set(values);
  return stage;
}

function restoreStickyValues(rule: CheckedRule): StickyValue[] {
  const texts = rule.saved_sticky_diffdata?.sdiff_string ?? [];
  const numbers = rule.saved_sticky_diffdata?.sdiff_int ?? [];
  const isIp = rule.sticky_different === 'SRC_IP' || rule.sticky_different === 'DST_IP';
  return [...(isIp ? texts.map(canonicalIp) : texts), ...numbers];
}

/** What a file of the reference proves about a first event: a value that is the only one it can have been. */
function proveFirstEvent(saved: CheckedBacklog): FirstEvent {
  return {
    srcIp: onlyOne(saved.src_ips.map(canonicalIp)),
    dstIp: onlyOne(saved.dst_ips.map(canonicalIp)),
    srcPort: onlyOne((saved.saved_src_socketaddr ?? []).map(portOf)),
    dstPort: onlyOne((saved.saved_dst_socketaddr ?? []).map(portOf)),
    protocol: undefined,
    customData1: undefined,
    customData2: undefined,
    customData3: undefined,
  };
}

function onlyOne<Value>(values: readonly Value[]): Value | undefined {
  const different = new Set(values);
  return different.size === 1 ? values[0] : undefined;
}

function portOf(socket: string): number {
  return Number(socket.slice(socket.lastIndexOf(':') + 1));
}

function canonicalIp(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : canonicalText(text, address);
}

function countEvents(rules: readonly CheckedRule[]): number {
  return rules.reduce((sum, rule) => {
    const finished = rule.status !== undefined && rule.status !== '';
    return sum + (finished ? rule.occurrence : (rule.saved_event_ids?.length ?? 0));
  }, 0);
}

function findUnproven(backlog: Backlog): number[] {
  const fields = { from: 'srcIp', to: 'dstIp', port_from: 'srcPort', port_to: 'dstPort' } as const;
  return backlog.ruleSet.rules
    .filter(({ stage, references }) =>
      references.some((reference) => {
        if (stage < backlog.stage) return false;
        const first = backlog.stages[reference.stage - 1]?.firstEvent;
        if (first === undefined) return false;
        const { field } = reference;
        if (field === 'from' || field === 'to' || field === 'port_from' || field === 'port_to') {
          return first[fields[field]] === undefined;
        }
        return first.protocol === undefined;
      }),
    )
    .map(({ stage }) => stage);
}
