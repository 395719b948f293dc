// How the supervisor hands a slot's inputs and ticks to its manager, one message at a time, and takes the answers.
import { tell, stopActor, type ActorRef } from './actor-ref.ts';
import { spawnDirectiveManager, type DirectiveManagerMessage } from './directive-manager.ts';
import type { DirectiveSlot } from './directive-slot.ts';
import type { AdmittedInput } from './intake.ts';
import type { ManagerReport } from './manager-state.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** Inputs in one message at most, so that one directive does not hold the event loop for long. */
const LARGEST_BATCH = 16_384;
/**
 * Managers that work at the same time at most: under load the others wait, and their inputs gather into larger batches,
 * which cost less an event.
 */
const BUSY_AT_ONCE = 64;
const EVICTION_WARNING_MS = 60_000;
const RISK_CLASSES = ['Low', 'Medium', 'High'] as const;

/** Gives the manager its next message, unless it is busy or nothing waits. Inputs go before a tick that came later. */
export function dispatch(state: SupervisorState, slot: DirectiveSlot): void {
  if (slot.busy) return;
  if (state.busyManagers >= BUSY_AT_ONCE) {
    state.ready.add(slot);
    return;
  }
  const [step] = slot.waiting;
  if (step?.type === 'inputs') {
    sendInputs(state, slot, step.inputs);
    return;
  }
  if (step !== undefined) {
    slot.waiting.shift();
    setBusy(state, slot, true);
    step.send();
    return;
  }
  const now = slot.waitingTick;
  slot.waitingTick = undefined;
  if (now !== undefined && slot.soonestDeadline < now) {
    setBusy(state, slot, true);
    slot.lastUsed = now;
    tell(startManager(state, slot), {
      type: 'expire',
      now,
      done: (report) => {
        finish(state, slot, [], report);
      },
    });
  }
}

function sendInputs(state: SupervisorState, slot: DirectiveSlot, waiting: AdmittedInput[]): void {
  const inputs = waiting.length > LARGEST_BATCH ? waiting.splice(0, LARGEST_BATCH) : waiting;
  if (inputs === waiting) slot.waiting.shift();
  setBusy(state, slot, true);
  slot.lastUsed = inputs.at(-1)?.now ?? slot.lastUsed;
  const endTrace = state.deps.tracing?.beginBatch(slot.directive.id, inputs);
  let manager: ActorRef<DirectiveManagerMessage>;
  try {
    manager = startManager(state, slot);
  } catch (err) {
    state.deps.log.error({ err, directive: slot.directive.id }, 'a manager cannot be started');
    finish(state, slot, inputs, undefined);
    return;
  }
  tell(manager, {
    type: 'correlate',
    inputs,
    done: (report) => {
      endTrace?.((report?.outcomes?.consumed ?? 0) + (report?.outcomes?.opened ?? 0));
      finish(state, slot, inputs, report);
    },
  });
}

/** The slot's manager, started if none runs. */
export function startManager(
  state: SupervisorState,
  slot: DirectiveSlot,
): ActorRef<DirectiveManagerMessage> {
  if (slot.manager !== undefined) return slot.manager;
  const { managersPool, deps } = state;
  if (managersPool === undefined) throw new Error('the supervisor needs its pool of managers');
  slot.manager = spawnDirectiveManager(managersPool, slot, {
    ...{
      deps: deps.managers,
      name: `${String(slot.directive.id)}-${String(state.managersStarted)}`,
    },
  });
  state.managersStarted += 1;
  state.running.add(slot);
  return slot.manager;
}

/** Stops the slot's manager, for which no message may be outstanding. */
export function dropManager(state: SupervisorState, slot: DirectiveSlot): void {
  if (slot.manager !== undefined) stopActor(slot.manager);
  slot.manager = undefined;
  state.running.delete(slot);
}

/** Stops a manager that has been without backlogs and messages for the idle time; no message is outstanding. */
export function stopIdleManager(state: SupervisorState, slot: DirectiveSlot, now: number): void {
  const idle = now - slot.lastUsed >= state.deps.idleSeconds;
  if (!idle || slot.busy || slot.waiting.length > 0) return;
  if (slot.backlogs > 0 || slot.manager === undefined) return;
  dropManager(state, slot);
}

/** Takes a manager's answer and gives the next their turn. */
export function finish(
  state: SupervisorState,
  slot: DirectiveSlot,
  inputs: readonly AdmittedInput[],
  report: ManagerReport | undefined,
): void {
  setBusy(state, slot, false);
  countDeliveries(state, inputs.length, report);
  if (report !== undefined) {
    countForDirective(slot, inputs, report);
    slot.backlogs = report.backlogs;
    slot.backlogsByStage = report.backlogsByStage;
    slot.soonestDeadline = report.soonestDeadline;
    noteLateness(state, report.oldestAcceptedMs);
    if (report.evicted > 0) warnOfEviction(state, slot);
  }
  post(state, report?.effects ?? [], inputs);
  dispatchReady(state);
  dispatch(state, slot);
}

/** Marks whether the slot's manager has a message. */
export function setBusy(state: SupervisorState, slot: DirectiveSlot, busy: boolean): void {
  slot.busy = busy;
  state.busyManagers += busy ? 1 : -1;
}

/** Gives those their turn that waited longest. */
function dispatchReady(state: SupervisorState): void {
  for (const slot of state.ready) {
    if (state.busyManagers >= BUSY_AT_ONCE) return;
    state.ready.delete(slot);
    dispatch(state, slot);
  }
}

function countDeliveries(
  { deps }: SupervisorState,
  inputs: number,
  report: ManagerReport | undefined,
): void {
  const { ledger, counters, statistics } = deps;
  ledger.deliveriesInFlight -= inputs;
  if (report === undefined) {
    ledger.deliveriesFailed += inputs;
    return;
  }
  counters.backlogsTimedOut += report.timedOut;
  counters.backlogsEvicted += report.evicted;
  counters.backlogsCompleted += report.completed;
  if (statistics !== undefined) {
    statistics.alarmsRaised += report.alarms;
    for (const riskClass of RISK_CLASSES) {
      statistics.alarms[riskClass] += report.alarmsByClass[riskClass];
    }
  }
  const { outcomes } = report;
  if (outcomes === undefined) return;
  ledger.consumed += outcomes.consumed;
  ledger.opened += outcomes.opened;
  ledger.unmatched += outcomes.unmatched;
  ledger.outOfOrder += outcomes.discarded;
  ledger.deliveriesFailed += outcomes.failed;
  counters.eventsMatched += outcomes.consumed + outcomes.opened;
  counters.backlogsOpened += outcomes.opened;
}

function countForDirective(
  { counts }: DirectiveSlot,
  inputs: readonly AdmittedInput[],
  { outcomes, completed, timedOut, evicted, alarms }: ManagerReport,
): void {
  const opened = outcomes?.opened ?? 0;
  const matched = opened + (outcomes?.consumed ?? 0);
  counts.matched += matched;
  counts.opened += opened;
  counts.completed += completed;
  counts.timedOut += timedOut + evicted;
  counts.alarms += alarms;
  if (matched > 0) counts.lastMatched = inputs.at(-1)?.now ?? counts.lastMatched;
}

function noteLateness({ deps }: SupervisorState, oldestAcceptedMs: number): void {
  if (deps.maxDelayMs === 0 || oldestAcceptedMs === Number.POSITIVE_INFINITY) return;
  if (deps.clockMs() - oldestAcceptedMs <= deps.maxDelayMs) return;
  deps.counters.lateBatches += 1;
  deps.onLate();
}

/** One warning a minute that --max-backlogs ends backlogs (SPEC §9). */
function warnOfEviction(state: SupervisorState, { directive }: DirectiveSlot): void {
  const { clockMs, counters, log, managers } = state.deps;
  const nowMs = clockMs();
  if (nowMs < state.nextEvictionWarningMs) return;
  state.nextEvictionWarningMs = nowMs + EVICTION_WARNING_MS;
  log.warn(
    {
      directive: directive.id,
      max_backlogs: managers.maxBacklogs,
      evicted: counters.backlogsEvicted,
    },
    'a directive has more backlogs than allowed, those that got least far are ended',
  );
}

/** Puts effects into the outbox; the writer is told once and takes all that has gathered by then. */
function post(
  state: SupervisorState,
  effects: ManagerReport['effects'],
  inputs: readonly AdmittedInput[],
): void {
  const { outbox, deps } = state;
  if (effects.length === 0) {
    if (inputs.length > 0) deps.settle(inputs);
    return;
  }
  const isFirst = outbox.effects.length === 0;
  outbox.effects.push(...effects);
  outbox.inputs.push(inputs);
  if (!isFirst) return;
  tell(deps.writer, {
    type: 'write',
    take: () => {
      const taken = state.outbox;
      state.outbox = { effects: [], inputs: [] };
      return {
        effects: taken.effects,
        settle: () => {
          for (const list of taken.inputs) deps.settle(list);
        },
      };
    },
  });
}
