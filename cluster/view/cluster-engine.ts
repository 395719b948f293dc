import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  BacklogListQuery,
  BacklogPage,
  DirectiveState,
  EngineCommands,
  TurnedOff,
} from '../../actors/engine-port.ts';
import { comparePlaces, placeOf } from '../../core/correlation/backlog-order.ts';
import { NodesAwayError } from '../../core/cluster/nodes-away-error.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import { lacking, type AskAll, type NodeAnswers } from './ask-all.ts';
import { findOne } from './cluster-store.ts';
import { ENGINE_CALLS, MOST_DIRECTIVE_IDS } from './engine-calls.ts';

/** The engines of all backends, as an operator sees and changes them. */
export interface ClusterEngine extends Pick<EngineCommands, 'deleteBacklog' | 'setDirective'> {
  /** The sum over the backends that have it. Those that are asked for in one event-loop turn are asked for together. */
  directive(id: number): Promise<DirectiveState | undefined>;
  /** Since when and by whom it is off, on any backend. */
  off(id: number): Promise<TurnedOff | undefined>;
  /** Backends whose part the states told last are lacking. */
  missingNodes(): readonly string[];
  listBacklogs(query: BacklogListQuery): Promise<FromNodes<BacklogPage>>;
  backlog(alarmId: string): Promise<unknown>;
}

/** Promises reject with NodesAwayError when no backend answers, and where what is meant may be on one that does not. */
export function createClusterEngine(nodes: AskAll): ClusterEngine {
  let lastMissing: readonly string[] = [];
  let batch: { readonly ids: Set<number>; readonly states: Promise<States> } | undefined;

  async function readStates(ids: ReadonlySet<number>): Promise<States> {
    await nextTurn();
    batch = undefined;
    const wanted = ids.size > MOST_DIRECTIVE_IDS ? {} : { ids: [...ids] };
    const { answers, missing } = await nodes.ask(ENGINE_CALLS.directives, wanted);
    lastMissing = missing;
    const states = new Map<number, DirectiveState>();
    for (const state of answers.flatMap(({ answer }) => answer)) {
      const known = states.get(state.id);
      states.set(state.id, known === undefined ? state : addStates(known, state));
    }
    return states;
  }

  async function directive(id: number): Promise<DirectiveState | undefined> {
    if (batch === undefined) {
      const ids = new Set<number>();
      batch = { ids, states: readStates(ids) };
    }
    batch.ids.add(id);
    return (await batch.states).get(id);
  }

  return {
    directive,
    missingNodes: () => lastMissing,
    off: async (id) => (await directive(id))?.off,
    listBacklogs: async (query) => {
      const { answers, missing } = await nodes.ask(ENGINE_CALLS.listBacklogs, query);
      return { ...mergeBacklogs(answers, query), ...lacking(missing) };
    },
    backlog: async (alarmId) => findOne(await nodes.ask(ENGINE_CALLS.backlog, alarmId)),
    deleteBacklog: async (alarmId) => isDone(await nodes.ask(ENGINE_CALLS.deleteBacklog, alarmId)),
    setDirective: async (id, enabled, by) => {
      const { answers, missing } = await nodes.ask(ENGINE_CALLS.setDirective, { id, enabled, by });
      // one that is away may have the directive too, but what was done is done
      return isDone({ answers, missing });
    },
  };
}

type States = ReadonlyMap<number, DirectiveState>;

function isDone({ answers, missing }: NodeAnswers<boolean>): boolean {
  if (answers.some(({ answer }) => answer)) return true;
  if (missing.length > 0) throw new NodesAwayError(missing);
  return false;
}

function mergeBacklogs(
  answers: NodeAnswers<BacklogPage>['answers'],
  { sort, limit }: BacklogListQuery,
): BacklogPage {
  const pages = answers.map(({ answer }) => answer);
  const compare = comparePlaces(sort);
  const all = pages
    .flatMap(({ backlogs }) => backlogs)
    .sort((left, right) => compare(placeOf(left, sort), placeOf(right, sort)));
  const backlogs = all.slice(0, limit);
  const last = backlogs.at(-1);
  const hasMore = all.length > limit || pages.some(({ next }) => next !== undefined);
  return {
    backlogs,
    total: pages.reduce((sum, { total }) => sum + total, 0),
    next: hasMore && last !== undefined ? placeOf(last, sort) : undefined,
  };
}

function addStates(left: DirectiveState, right: DirectiveState): DirectiveState {
  const stages = Math.max(left.backlogsByStage.length, right.backlogsByStage.length);
  return {
    ...{ id: left.id, name: left.name, off: left.off ?? right.off },
    matched: left.matched + right.matched,
    opened: left.opened + right.opened,
    completed: left.completed + right.completed,
    timedOut: left.timedOut + right.timedOut,
    alarms: left.alarms + right.alarms,
    lastMatched: Math.max(left.lastMatched, right.lastMatched),
    backlogs: left.backlogs + right.backlogs,
    backlogsByStage: Array.from(
      { length: stages },
      (_, index) => (left.backlogsByStage[index] ?? 0) + (right.backlogsByStage[index] ?? 0),
    ),
  };
}
