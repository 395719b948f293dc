import type { BacklogSummary, DirectiveState, EnginePort } from '../../actors/engine-port.ts';
import type { Address } from '../../core/address/address.ts';
import { compileAddressSet } from '../../core/address/address-set.ts';
import {
  comparePlaces,
  placeOf,
  SOONEST_FIRST,
  type BacklogPlace,
  type BacklogSort,
} from '../../core/correlation/backlog-order.ts';
import { touchesAddress } from '../../core/correlation/touches-address.ts';

/** The side of an engine that operators see, over lists that a test fills and changes as it likes. */
export interface FakeEngineAdmin extends Omit<EnginePort, 'submit' | 'subscribe' | 'terminate'> {
  readonly states: Map<number, DirectiveState>;
  readonly summaries: BacklogShelf;
}

/** Live backlogs by id, which are also kept in the order of their list. */
export interface BacklogShelf {
  readonly size: number;
  get(alarmId: string): BacklogSummary | undefined;
  set(alarmId: string, backlog: BacklogSummary): void;
  delete(alarmId: string): boolean;
  clear(): void;
  /** Soonest deadline first. */
  list(): readonly BacklogSummary[];
}

/** A fake without directives and backlogs. */
export function createFakeEngineAdmin(): FakeEngineAdmin {
  const states = new Map<number, DirectiveState>();
  const summaries = createShelf();
  return {
    states,
    summaries,
    gauges: () => ({
      ...{ eventsInFlight: 0, directives: states.size, directivesOff: 0, managersRunning: 0 },
      ...{ directivesActive: 0, backlogs: summaries.size },
    }),
    directives: () => [...states.values()],
    directive: (id) => states.get(id),
    changeAlarms: () => Promise.resolve(),
    listBacklogs: ({ directiveId, stage, networks, sort, after, limit }) => {
      const isWanted = networks === undefined ? undefined : compileAddressSet(networks);
      const fitting = summaries
        .list()
        .filter((one) => directiveId === undefined || one.directiveId === directiveId)
        .filter((one) => stage === undefined || one.stage === stage)
        .filter((one) => isWanted === undefined || touches(one, isWanted));
      const compare = comparePlaces(sort);
      const isSoonestFirst = sort.by === 'deadline' && !sort.descending;
      const ordered = isSoonestFirst
        ? fitting
        : [...fitting].sort((one, other) => compare(placeOf(one, sort), placeOf(other, sort)));
      const start = after === undefined ? 0 : placeAfter(ordered, after, sort);
      const backlogs = ordered.slice(start, start + limit);
      const last = ordered.length > start + limit ? backlogs.at(-1) : undefined;
      const next = last === undefined ? undefined : placeOf(last, sort);
      return Promise.resolve({ backlogs, total: fitting.length, next });
    },
    backlog: (alarmId) => {
      const summary = summaries.get(alarmId);
      return Promise.resolve(summary && { alarm_id: alarmId, title: summary.title, rules: [] });
    },
    setDirective: (id, enabled, by) => {
      const state = states.get(id);
      if (state === undefined) return Promise.resolve(false);
      states.set(id, { ...state, off: enabled ? undefined : { since: 1, by } });
      return Promise.resolve(true);
    },
    deleteBacklog: (alarmId) => Promise.resolve(summaries.delete(alarmId)),
  };
}

function touches({ from, to }: BacklogSummary, isWanted: (address: Address) => boolean): boolean {
  return touchesAddress({ srcIps: new Set(from), dstIps: new Set(to) }, isWanted);
}

/** The position of the first backlog that comes after the place. */
function placeAfter(
  backlogs: readonly BacklogSummary[],
  place: BacklogPlace,
  sort: BacklogSort = SOONEST_FIRST,
): number {
  const compare = comparePlaces(sort);
  let [low, high] = [0, backlogs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const backlog = backlogs[middle];
    if (backlog !== undefined && compare(placeOf(backlog, sort), place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function createShelf(): BacklogShelf {
  const byId = new Map<string, BacklogSummary>();
  const inOrder: BacklogSummary[] = [];
  const remove = (alarmId: string): boolean => {
    const backlog = byId.get(alarmId);
    if (backlog === undefined) return false;
    byId.delete(alarmId);
    inOrder.splice(placeAfter(inOrder, placeOf(backlog, SOONEST_FIRST)) - 1, 1);
    return true;
  };
  return {
    get size() {
      return byId.size;
    },
    get: (alarmId) => byId.get(alarmId),
    set: (alarmId, backlog) => {
      remove(alarmId);
      byId.set(alarmId, backlog);
      inOrder.splice(placeAfter(inOrder, placeOf(backlog, SOONEST_FIRST)), 0, backlog);
    },
    delete: remove,
    clear: () => {
      byId.clear();
      inOrder.length = 0;
    },
    list: () => inOrder,
  };
}

/** A directive that has done nothing yet, unless changed. */
export function createDirectiveState(
  id: number,
  changes: Partial<DirectiveState> = {},
): DirectiveState {
  return {
    ...{ id, name: `directive ${String(id)}`, off: undefined, matched: 0, opened: 0 },
    ...{ completed: 0, timedOut: 0, alarms: 0, lastMatched: 0, backlogs: 0, backlogsByStage: [] },
    ...changes,
  };
}

/** A live backlog, unless changed. */
export function createBacklogSummary(
  alarmId: string,
  changes: Partial<BacklogSummary> = {},
): BacklogSummary {
  return {
    ...{ alarmId, directiveId: 1, title: 'a backlog', risk: 1, from: ['10.0.0.1'] },
    ...{
      to: ['10.0.0.2'],
      stage: 2,
      stages: 3,
      events: 1,
      needed: 5,
      opened: 100,
      last: 150,
      deadline: 200,
    },
    allowed: 60,
    ...changes,
  };
}
