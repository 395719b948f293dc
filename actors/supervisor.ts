// Routes batches to the managers of the directives they concern, ticks, starts and stops managers, and ends the engine.
// It never awaits: managers answer through the `done` of their messages.
import type { Backlog } from '../core/correlation/backlog.ts';
import type { Effect } from '../core/correlation/effect.ts';
import { Router } from '../core/directive/router.ts';
import { spawnActor, tell, type ActorRef, type ParentRef } from './actor-ref.ts';
import type { TurnedOff } from './engine-port.ts';
import { createSlot, type DirectiveSlot } from './directive-slot.ts';
import type { AdmittedInput } from './intake.ts';
import type { SaveReport } from './manager-persistence.ts';
import { spawnPool } from './pool.ts';
import { dispatch, finish, setBusy, startManager, stopIdleManager } from './slot-dispatch.ts';
import { route } from './slot-routing.ts';
import { setDirective, stopBacklog } from './slot-commands.ts';
import { reload, type ReloadInput, type ReloadReport } from './slot-reload.ts';
import { saveAll } from './slot-saving.ts';
import type { SupervisorDeps, SupervisorState } from './supervisor-state.ts';

/** Live backlogs from a file that go on under a directive. */
export interface RestoredBacklogs {
  readonly directiveId: number;
  readonly backlogs: readonly Backlog[];
  /** What makes their alarms go on. */
  readonly effects: readonly Effect[];
}

/** What the supervisor is asked; each `done` is called exactly once, with undefined when the handler threw. */
export type SupervisorMessage =
  | { readonly type: 'correlate'; readonly take: () => readonly AdmittedInput[] }
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'restore'; readonly restored: RestoredBacklogs }
  | { readonly type: 'preload' }
  | {
      readonly type: 'set-directive';
      readonly directiveId: number;
      readonly off: TurnedOff | undefined;
      readonly now: number;
      readonly done: (known: boolean | undefined) => void;
    }
  | {
      readonly type: 'stop-backlog';
      readonly alarmId: string;
      readonly done: (stopped: boolean | undefined) => void;
    }
  | {
      readonly type: 'reload';
      readonly next: ReloadInput;
      readonly done: (report: ReloadReport | undefined) => void;
    }
  | { readonly type: 'save'; readonly done: (report: SaveReport | undefined) => void };

/** The supervisor and a view of its figures for the EnginePort. */
export interface Supervisor {
  readonly ref: ActorRef<SupervisorMessage>;
  readonly state: Readonly<Pick<SupervisorState, 'slots' | 'running'>>;
}

/** Starts the supervisor with a slot for every directive; managers start with their first event. */
export function spawnSupervisor(parent: ParentRef, deps: SupervisorDeps): Supervisor {
  const slots = new Map(
    deps.directives.map((directive) => [directive.id, createSlot(directive, deps.context)]),
  );
  const router = new Router<DirectiveSlot>();
  for (const [id, slot] of slots) {
    slot.off = deps.turnedOff.get(id);
    for (const path of slot.directive.ruleSet.routes) router.add(path, slot);
  }
  const state: SupervisorState = {
    deps,
    slots,
    router,
    running: new Set(),
    turnedOff: new Map(deps.turnedOff),
    ending: false,
    busyManagers: 0,
    managersStarted: 0,
    ready: new Set(),
    managersPool: undefined,
    context: deps.context,
    nextEvictionWarningMs: 0,
    outbox: { effects: [], inputs: [] },
  };
  const ref = spawnActor<SupervisorState, SupervisorMessage>(parent, {
    name: 'supervisor',
    state,
    handler: handleMessage,
    supervision: deps.supervision,
  });
  state.managersPool = spawnPool(ref, 'managers', deps.supervision);
  return { ref, state };
}

function handleMessage(state: SupervisorState, message: SupervisorMessage): SupervisorState {
  switch (message.type) {
    case 'correlate':
      route(state, message.take());
      break;
    case 'tick':
      tick(state, message.now);
      break;
    case 'restore':
      restore(state, message.restored);
      break;
    case 'preload':
      for (const slot of state.slots.values()) startManager(state, slot);
      break;
    case 'set-directive':
      message.done(setDirective(state, message));
      break;
    case 'stop-backlog':
      stopBacklog(state, message.alarmId, message.done);
      break;
    case 'reload':
      if (state.ending) message.done(undefined);
      else reload(state, message.next, message.done);
      break;
    case 'save':
      saveAll(state, message.done);
      break;
  }
  return state;
}

function tick(state: SupervisorState, now: number): void {
  for (const slot of new Set([...state.running, ...state.ready])) {
    if (slot.off !== undefined || slot.retired) continue;
    // What a manager opens of what it has or waits for may be due at this tick: it is looked at again afterwards.
    if (slot.busy || slot.waiting.length > 0 || slot.soonestDeadline < now) {
      slot.waitingTick = now;
      dispatch(state, slot);
    } else {
      stopIdleManager(state, slot, now);
    }
  }
}

function restore(
  state: SupervisorState,
  { directiveId, backlogs, effects }: RestoredBacklogs,
): void {
  const slot = state.slots.get(directiveId);
  if (slot === undefined) return;
  slot.extraRoutes = [...new Set(backlogs.map(({ ruleSet }) => ruleSet))].flatMap(
    ({ routes }) => routes,
  );
  for (const path of slot.extraRoutes) state.router.add(path, slot);
  const manager = startManager(state, slot);
  setBusy(state, slot, true);
  tell(manager, {
    type: 'restore',
    backlogs,
    done: (report) => {
      state.deps.counters.backlogsRestored += report?.backlogs ?? 0;
      finish(state, slot, [], report);
    },
  });
  tell(state.deps.writer, {
    type: 'write',
    take: () => ({ effects: [effects], settle: () => undefined }),
  });
}
