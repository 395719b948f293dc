import type { BacklogSummary, DirectiveState, EnginePort } from '../../actors/engine-port.ts';

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
    listBacklogs: ({ directiveId, stage, after, limit }) => {
      const fitting = summaries
        .list()
        .filter((one) => directiveId === undefined || one.directiveId === directiveId)
        .filter((one) => stage === undefined || one.stage === stage);
      const rest = after === undefined ? fitting : fitting.slice(placeAfter(fitting, after));
      const backlogs = rest.slice(0, limit);
      const next = rest.length > limit ? backlogs.at(-1) : undefined;
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

type Place = Pick<BacklogSummary, 'deadline' | 'alarmId'>;

function compareBacklogs(left: Place, right: Place): number {
  if (left.deadline !== right.deadline) return left.deadline - right.deadline;
  return left.alarmId < right.alarmId ? -1 : Number(left.alarmId > right.alarmId);
}

/** The position of the first backlog that comes after the place. */
function placeAfter(backlogs: readonly BacklogSummary[], place: Place): number {
  let [low, high] = [0, backlogs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const backlog = backlogs[middle];
    if (backlog !== undefined && compareBacklogs(backlog, place) <= 0) low = middle + 1;
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
    inOrder.splice(placeAfter(inOrder, backlog) - 1, 1);
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
      inOrder.splice(placeAfter(inOrder, backlog), 0, backlog);
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
    ...{ to: ['10.0.0.2'], stage: 2, stages: 3, events: 1, needed: 5, opened: 100, deadline: 200 },
    allowed: 60,
    ...changes,
  };
}
