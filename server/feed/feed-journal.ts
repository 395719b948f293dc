// What happened lately, gathered in turns of a quarter of a second: the newest state of each alarm, and for each turn which
// alarms it concerned. What a client missed is worked out from it, whether that is one turn or a minute of them.
import type { SequencedChange } from '../../actors/engine-port.ts';
import type { AlarmAction } from '../../core/alarm/alarm-action.ts';
import type { AlarmEntry } from '../../core/alarm/alarm-entry.ts';
import type { AlarmState, EngineChange } from '../../core/alarm/alarm-state.ts';
import { RecentAlarms } from '../../core/alarm/recent-alarms.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedNotice } from './feed-message.ts';

/** Those facts of an alarm by which a filter may take it in or out while it lives. */
export interface FormerFacts {
  readonly status: string;
  readonly risk: number;
}

export interface GatheredBacklog {
  readonly sequence: number;
  readonly change: Extract<EngineChange, { readonly type: 'backlog' }>;
}

/** What a person did, and the alarm that it was done to, which may be deleted by now; undefined when it is not known. */
export interface GatheredAction {
  readonly sequence: number;
  readonly action: AlarmAction;
  readonly entry: AlarmEntry | undefined;
}

export interface GatheredNotice extends FeedNotice {
  /** Unix seconds. */
  readonly at: number;
}

/** Everything of one or several turns, merged: one entry an alarm. */
export interface Gathered {
  /** Alarms with a new line, and how they were before. */
  readonly alarms: Map<string, FormerFacts[]>;
  /** Alarms of which only the counts changed. */
  readonly progress: Set<string>;
  /** The newest change of each backlog, by alarm id. */
  readonly backlogs: Map<string, GatheredBacklog>;
  /** All of them, in their order. */
  readonly actions: GatheredAction[];
  readonly notices: GatheredNotice[];
  /** Backlog changes that were left out. */
  omitted: number;
}

interface Turn extends Gathered {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

type JournalLimits = Pick<
  FeedLimits,
  'alarms' | 'progressMs' | 'keptTurns' | 'keptUpdates' | 'backlogsOfTurn'
>;

/** Gathers the engine's changes; turns count from 1. */
export class FeedJournal {
  readonly recent: RecentAlarms;
  /** The number of the last turn that ended; 0 before the first. */
  lastTurn = 0;
  /** The newest change that the last turn holds, and the newest of all. */
  settled = 0;
  newest = 0;
  readonly #limits: JournalLimits;
  readonly #turns: Turn[] = [];
  #keptUpdates = 0;
  /** The newest change of the turns that are kept no longer. */
  #forgotten: number | undefined;
  #open = createGathered();
  readonly #waiting = new Set<string>();
  /** Alarms that were deleted before those of former runs were taken in; undefined from then on. */
  #deletedEarly: Set<string> | undefined = new Set();
  #progressDueMs = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
    this.recent = new RecentAlarms(limits.alarms);
  }

  /** Takes changes in as they happen. */
  record(changes: readonly SequencedChange[]): void {
    for (const { sequence, change } of changes) {
      this.newest = sequence;
      if (change.type === 'events') continue;
      if (change.type === 'action') {
        this.#gatherAction(change.action, sequence);
        continue;
      }
      if (change.type === 'alarm') {
        // what is deleted is shown to nobody; its action tells who watches
        if (change.state.deleted === true) continue;
        this.#gatherAlarm(change.state);
      }
      const entry = this.recent.apply(change, sequence);
      if (change.type === 'progress' && entry !== undefined) this.#waiting.add(change.alarmId);
      if (change.type === 'backlog') this.#gatherBacklog({ sequence, change });
    }
  }

  /** Takes a notice in, which has no place in the count of changes. */
  notify(notice: GatheredNotice): void {
    this.#open.notices.push(notice);
  }

  /** Takes alarms in that were there before, newest first; what has changed since is newer. */
  fill(alarms: readonly AlarmState[]): void {
    const known = [...this.recent.entries()].map(({ state, sequence }) => ({ state, sequence }));
    const ids = new Set(known.map(({ state }) => state.alarm.alarm_id));
    const deleted = this.#deletedEarly;
    this.#deletedEarly = undefined;
    for (const state of alarms.toReversed()) {
      const id = state.alarm.alarm_id;
      if (!ids.has(id) && deleted?.has(id) !== true) this.recent.put(state, 0);
    }
    for (const { state, sequence } of known) this.recent.put(state, sequence);
  }

  /** Ends the turn, if anything came in it. */
  endTurn(nowMs: number): void {
    const gathered = this.#open;
    if (nowMs >= this.#progressDueMs && this.#waiting.size > 0) {
      for (const id of this.#waiting) if (!gathered.alarms.has(id)) gathered.progress.add(id);
      this.#waiting.clear();
      this.#progressDueMs = nowMs + this.#limits.progressMs;
    }
    const size = sizeOf(gathered);
    if (size === 0 && this.newest === this.settled) return;
    this.lastTurn += 1;
    this.#turns.push({
      ...gathered,
      ...{ number: this.lastTurn, from: this.settled + 1, to: this.newest },
    });
    this.settled = this.newest;
    this.#open = createGathered();
    this.#keptUpdates += size;
    this.#forget();
  }

  /**
   * The turn after which a client that has everything up to `sequence` goes on; undefined when that is too long ago or
   * was never reached. Some of what it has may come again.
   */
  turnBefore(sequence: number): number | undefined {
    if (sequence > this.newest) return undefined;
    if (this.#forgotten !== undefined && sequence <= this.#forgotten) return undefined;
    const next = this.#turns.find(({ to }) => to >= sequence);
    return next === undefined ? this.lastTurn : next.number - 1;
  }

  /** Whether all turns after this one are kept. */
  reaches(turn: number): boolean {
    const [first] = this.#turns;
    return first === undefined ? turn >= this.lastTurn : turn >= first.number - 1;
  }

  /** What came in the turns after this one. */
  since(turn: number): Gathered {
    const [first] = this.#turns;
    const start = first === undefined ? 0 : Math.max(0, turn + 1 - first.number);
    const turns = this.#turns.slice(start);
    const [only] = turns;
    if (only !== undefined && turns.length === 1) return only;
    return mergeTurns(turns, this.#limits.backlogsOfTurn);
  }

  #gatherAlarm(state: AlarmState): void {
    const id = state.alarm.alarm_id;
    this.#waiting.delete(id);
    const { alarms } = this.#open;
    const formers = alarms.get(id) ?? [];
    alarms.set(id, formers);
    // also within a turn: a snapshot may have shown what it was in between
    const former = this.recent.get(id)?.lineState.alarm;
    if (former === undefined) return;
    const { status, risk } = former;
    const last = formers.at(-1);
    if (last?.status !== status || last.risk !== risk) formers.push({ status, risk });
  }

  #gatherAction(action: AlarmAction, sequence: number): void {
    const { alarm_id: id, what } = action;
    if (what === 'look') return;
    const isGone = what === 'delete';
    const entry = isGone ? this.recent.remove(id) : this.recent.get(id);
    if (isGone) this.#deletedEarly?.add(id);
    else this.#deletedEarly?.delete(id);
    this.#open.actions.push({ sequence, action, entry });
  }

  #gatherBacklog(gathered: GatheredBacklog): void {
    const open = this.#open;
    addNewest(open.backlogs, gathered);
    open.omitted += dropOldest(open.backlogs, this.#limits.backlogsOfTurn);
  }

  #forget(): void {
    const { keptTurns, keptUpdates } = this.#limits;
    while (this.#turns.length > keptTurns || this.#keptUpdates > keptUpdates) {
      const oldest = this.#turns.shift();
      if (oldest === undefined) return;
      this.#keptUpdates -= sizeOf(oldest);
      this.#forgotten = oldest.to;
    }
  }
}

function createGathered(): Gathered {
  return {
    ...{ alarms: new Map(), progress: new Set(), backlogs: new Map() },
    ...{ actions: [], notices: [], omitted: 0 },
  };
}

function sizeOf({ alarms, progress, backlogs, actions, notices }: Gathered): number {
  return alarms.size + progress.size + backlogs.size + actions.length + notices.length;
}

function mergeTurns(turns: readonly Turn[], mostBacklogs: number): Gathered {
  const merged = createGathered();
  for (const turn of turns) {
    for (const [id, former] of turn.alarms) {
      merged.alarms.set(id, [...(merged.alarms.get(id) ?? []), ...former]);
    }
    for (const id of turn.progress) merged.progress.add(id);
    for (const gathered of turn.backlogs.values()) addNewest(merged.backlogs, gathered);
    merged.actions.push(...turn.actions);
    merged.notices.push(...turn.notices);
    merged.omitted += turn.omitted;
  }
  for (const id of merged.alarms.keys()) merged.progress.delete(id);
  merged.omitted += dropOldest(merged.backlogs, mostBacklogs);
  return merged;
}

function addNewest(backlogs: Map<string, GatheredBacklog>, gathered: GatheredBacklog): void {
  const { alarmId } = gathered.change;
  backlogs.delete(alarmId);
  backlogs.set(alarmId, gathered);
}

function dropOldest(backlogs: Map<string, GatheredBacklog>, most: number): number {
  let dropped = 0;
  for (const id of backlogs.keys()) {
    if (backlogs.size <= most) break;
    backlogs.delete(id);
    dropped += 1;
  }
  return dropped;
}
