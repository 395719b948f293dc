// What operators ask of a directive's manager: lists of its backlogs, the end of one, new rules, its own end.
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import type { Directive } from '../core/directive/directive.ts';
import { stopActor, tell } from './actor-ref.ts';
import type { BacklogChange } from './backlog.ts';
import type { BacklogCursor } from './engine-port.ts';
import { collectSaved, type SaveReport } from './manager-persistence.ts';
import {
  beginRun,
  noteChange,
  reportRun,
  type LiveBacklog,
  type ManagerReport,
  type ManagerState,
} from './manager-state.ts';
import { Replies } from './replies.ts';

/** Keys of the backlogs that come first, in the order of lists, and how many fit the filter. */
export interface BacklogKeys {
  readonly keys: readonly BacklogCursor[];
  readonly total: number;
}

/** The order of lists of backlogs: soonest deadline first, then by id. */
export function compareCursors(left: BacklogCursor, right: BacklogCursor): number {
  return left.deadline - right.deadline || (left.alarmId < right.alarmId ? -1 : 1);
}

/** The first `limit` backlogs after a cursor, without asking any of them. */
export function listKeys(
  { roster }: ManagerState,
  {
    after,
    stage,
    limit,
  }: { after: BacklogCursor | undefined; stage: number | undefined; limit: number },
): BacklogKeys {
  let total = 0;
  let found: BacklogCursor[] = [];
  for (const { alarmId, deadline, stage: at } of roster.entries()) {
    if (stage !== undefined && at !== stage) continue;
    total += 1;
    const key = { deadline, alarmId };
    if (after !== undefined && compareCursors(key, after) <= 0) continue;
    found.push(key);
    // Cut now and then, so that a page of 100,000 backlogs does not sort them all.
    if (found.length >= 8 * limit) found = found.sort(compareCursors).slice(0, limit);
  }
  return { keys: found.sort(compareCursors).slice(0, limit), total };
}

/** The summaries of these backlogs; those that have ended are left out. */
export async function summarize(
  { roster }: ManagerState,
  alarmIds: readonly string[],
): Promise<BacklogSummary[]> {
  const summaries: BacklogSummary[] = [];
  const replies = new Replies();
  for (const alarmId of alarmIds) {
    const entry = roster.find(alarmId);
    if (entry === undefined) continue;
    const done = replies.expect((summary: BacklogSummary | undefined) => {
      if (summary !== undefined) summaries.push(summary);
    });
    tell(entry.ref, { type: 'summarize', done });
  }
  await replies.all();
  return summaries;
}

/** The whole backlog as its file would hold it, undefined when it does not live here. */
export async function describe(state: ManagerState, alarmId: string): Promise<unknown> {
  const entry = state.roster.find(alarmId);
  return entry === undefined ? undefined : (await collectSaved(state, [entry]))[0];
}

/** Ends one backlog as stopped; the report's `backlogs` are one fewer when it lived. */
export async function stopOne(state: ManagerState, alarmId: string): Promise<ManagerReport> {
  const entry = state.roster.find(alarmId);
  return stopBacklogs(state, entry === undefined ? [] : [entry]);
}

/** Takes over a changed directive or context: live backlogs keep their rules and get the new head (SPEC §10). */
export function reconfigure(
  state: ManagerState,
  { directive, context }: { directive: Directive; context: CorrelationContext },
): ManagerReport {
  state.context = context;
  if (directive !== state.directive) {
    const { id, name, kingdom, category, priority } = directive;
    state.directive = directive;
    state.head = { id, name, kingdom, category, priority };
    state.roster.setCurrent(directive.ruleSet);
    for (const { ref } of state.roster.entries()) {
      tell(ref, { type: 'take-head', head: state.head });
    }
  }
  return reportRun(state, beginRun(), undefined);
}

/** The directive is gone: its backlogs are kept aside and stopped, as a restart would do it (SPEC §10). */
export async function retire(
  state: ManagerState,
  reason: string,
): Promise<ManagerReport & SaveReport> {
  const entries = [...state.roster.entries()];
  let saved = 0;
  if (entries.length > 0) {
    const { deps, head } = state;
    try {
      const items = await collectSaved(state, entries);
      await deps.setAside(head.id, items, reason);
      saved = items.length;
    } catch (err) {
      deps.log.error({ err, directive: head.id, backlogs: entries.length }, 'backlogs are lost');
    }
  }
  const report = await stopBacklogs(state, entries);
  return { ...report, saved, lost: entries.length - saved };
}

async function stopBacklogs(
  state: ManagerState,
  entries: readonly LiveBacklog[],
): Promise<ManagerReport> {
  const run = beginRun();
  const replies = new Replies();
  for (const entry of entries) {
    const done = replies.expect((change: BacklogChange | undefined) => {
      if (change !== undefined) noteChange(state, entry, change, run);
      else stopActor(entry.ref);
    });
    tell(entry.ref, { type: 'stop', done });
  }
  await replies.all();
  return reportRun(state, run, undefined);
}
