import type { Address } from '../core/address/address.ts';
import type { Input } from '../core/correlation/advance.ts';
import type { Backlog, CorrelationContext } from '../core/correlation/backlog.ts';
import { Roster } from '../core/correlation/roster.ts';
import type { BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import type { Directive } from '../core/directive/directive.ts';
import { spawnActor, type ActorRef, type ParentRef } from './actor-ref.ts';
import { createBacklogHandler } from './backlog.ts';
import {
  describe,
  findTouching,
  listKeys,
  reconfigure,
  retire,
  stopOne,
  summarize,
  type BacklogKeys,
  type KeysQuery,
} from './manager-administration.ts';
import { correlate, expire, restore } from './manager-correlation.ts';
import { save, type SaveReport } from './manager-persistence.ts';
import type { DirectiveManagerDeps, ManagerReport, ManagerState } from './manager-state.ts';
import { spawnPool } from './pool.ts';

/** What a manager is asked; each `done` is called exactly once, with undefined when the handler threw. */
export type DirectiveManagerMessage =
  | {
      readonly type: 'correlate';
      readonly inputs: readonly Input[];
      readonly done: (report: ManagerReport | undefined) => void;
    }
  | {
      readonly type: 'expire';
      readonly now: number;
      readonly done: (report: ManagerReport | undefined) => void;
    }
  | {
      readonly type: 'restore';
      readonly backlogs: readonly Backlog[];
      readonly done: (report: ManagerReport | undefined) => void;
    }
  | {
      readonly type: 'list';
      readonly query: KeysQuery;
      readonly done: (keys: BacklogKeys | undefined) => void;
    }
  | {
      readonly type: 'match-address';
      readonly alarmIds: readonly string[];
      readonly isWanted: (address: Address) => boolean;
      readonly done: (alarmIds: readonly string[] | undefined) => void;
    }
  | {
      readonly type: 'summarize';
      readonly alarmIds: readonly string[];
      readonly done: (summaries: readonly BacklogSummary[] | undefined) => void;
    }
  | {
      readonly type: 'describe';
      readonly alarmId: string;
      readonly done: (backlog: unknown) => void;
    }
  | {
      readonly type: 'stop-backlog';
      readonly alarmId: string;
      readonly done: (report: ManagerReport | undefined) => void;
    }
  | {
      readonly type: 'reconfigure';
      readonly directive: Directive;
      readonly context: CorrelationContext;
      readonly done: (report: ManagerReport | undefined) => void;
    }
  | {
      readonly type: 'retire';
      readonly reason: string;
      readonly done: (report: (ManagerReport & SaveReport) | undefined) => void;
    }
  | { readonly type: 'save'; readonly done: (report: SaveReport | undefined) => void };

/** Starts the manager of one directive; its backlogs live in a quiet pool below it (DESIGN §3). */
export function spawnDirectiveManager(
  parent: ParentRef,
  { directive, context }: { readonly directive: Directive; readonly context: CorrelationContext },
  { deps, name: actorName }: { readonly deps: DirectiveManagerDeps; readonly name: string },
): ActorRef<DirectiveManagerMessage> {
  const { id, name, kingdom, category, priority } = directive;
  const work = deps.statistics === undefined ? undefined : { ms: 0 };
  const state: ManagerState = {
    deps,
    directive,
    head: { id, name, kingdom, category, priority },
    context,
    roster: new Roster(directive.ruleSet),
    handler: createBacklogHandler(() => state.context, work),
    pool: undefined,
    statistics: undefined,
    work,
  };
  const manager = spawnActor<ManagerState, DirectiveManagerMessage>(parent, {
    name: actorName,
    state,
    handler: handleMessage,
    supervision: deps.supervision,
  });
  state.pool = spawnPool(manager, 'backlogs', deps.supervision);
  return manager;
}

async function handleMessage(
  state: ManagerState,
  message: DirectiveManagerMessage,
): Promise<ManagerState> {
  switch (message.type) {
    case 'correlate':
      message.done(await correlate(state, message.inputs));
      break;
    case 'expire':
      message.done(await expire(state, message.now));
      break;
    case 'restore':
      message.done(restore(state, message.backlogs));
      break;
    case 'list':
      message.done(listKeys(state, message.query));
      break;
    case 'match-address':
      message.done(await findTouching(state, message.alarmIds, message.isWanted));
      break;
    case 'summarize':
      message.done(await summarize(state, message.alarmIds));
      break;
    case 'describe':
      message.done(await describe(state, message.alarmId));
      break;
    case 'stop-backlog':
      message.done(await stopOne(state, message.alarmId));
      break;
    case 'reconfigure':
      message.done(reconfigure(state, message));
      break;
    case 'retire':
      message.done(await retire(state, message.reason));
      break;
    case 'save':
      message.done(await save(state));
      break;
  }
  return state;
}
