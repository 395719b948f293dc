// What operators ask of a directive's manager: lists of its backlogs, the end of one, new rules, its own end.
import type { Address } from '../core/address/address.ts';
import {
  comparePlaces,
  placeOf,
  type BacklogPlace,
  type BacklogSort,
} from '../core/correlation/backlog-order.ts';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import type { Directive } from '../core/directive/directive.ts';
import { stopActor, tell } from './actor-ref.ts';
import type { BacklogChange } from './backlog.ts';
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

/** Places of the backlogs that come first, in the order of the list, and how many fit the filter. */
export interface BacklogKeys {
  readonly keys: readonly BacklogPlace[];
  readonly total: number;
}

/** What a manager knows of its backlogs without asking them. */
export interface KeysQuery {
  readonly stage: number | undefined;
  readonly sort: BacklogSort;
  readonly after: BacklogPlace | undefined;
  readonly limit: number;
}

/** The first `limit` backlogs after a place, without asking any of them; all are in no order. */
export function listKeys(
  { roster }: ManagerState,
  { stage, sort, after, limit }: KeysQuery,
): BacklogKeys {
  const compare = comparePlaces(sort);
  let total = 0;
  let found: BacklogPlace[] = [];
  for (const entry of roster.entries()) {
    if (stage !== undefined && entry.stage !== stage) continue;
    total += 1;
    const key = placeOf(entry, sort);
    if (after !== undefined && compare(key, after) <= 0) continue;
    found.push(key);
    // Cut now and then, so that a page of 100,000 backlogs does not sort them all.
    if (found.length >= 8 * limit) found = found.sort(compare).slice(0, limit);
  }
  if (limit === Infinity) return { keys: found, total };
  return { keys: found.sort(compare).slice(0, limit), total };
}

/** Those of these backlogs that have an address of the set. */
export async function findTouching(
  { roster }: ManagerState,
  alarmIds: readonly string[],
  isWanted: (address: Address) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  const replies = new Replies();
  for (const alarmId of alarmIds) {
    const entry = roster.find(alarmId);
    if (entry === undefined) continue;
    const done = replies.expect((touches: boolean | undefined) => {
      if (touches === true) found.push(alarmId);
    });
    tell(entry.ref, { type: 'match-address', isWanted, done });
  }
  await replies.all();
  return found;
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
