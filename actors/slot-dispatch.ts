// How the supervisor hands a slot's inputs and ticks to its manager, one message at a time, and takes the answers.
import { tell, stopActor, type ActorRef } from './actor-ref.ts';
import { spawnDirectiveManager, type DirectiveManagerMessage } from './directive-manager.ts';
import type { DirectiveSlot } from './directive-slot.ts';
import type { AdmittedInput } from './intake.ts';
import type { ManagerReport } from './manager-state.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** Inputs in one message at most, so that one directive does not hold the event loop for long. */
const LARGEST_BATCH = 4096;

/** Gives the manager its next message, unless it is busy or nothing waits. Inputs go before a tick that came later. */
export function dispatch(state: SupervisorState, slot: DirectiveSlot): void {
  if (slot.busy) return;
  if (slot.waiting.length > 0) {
    sendInputs(state, slot);
    return;
  }
  const now = slot.waitingTick;
  slot.waitingTick = undefined;
  if (now !== undefined && slot.soonestDeadline < now) {
    slot.busy = true;
    tell(startManager(state, slot), {
      type: 'expire',
      now,
      done: (report) => {
        finish(state, slot, [], report);
      },
    });
  }
}

function sendInputs(state: SupervisorState, slot: DirectiveSlot): void {
  const inputs =
    slot.waiting.length > LARGEST_BATCH ? slot.waiting.splice(0, LARGEST_BATCH) : slot.waiting;
  if (inputs === slot.waiting) slot.waiting = [];
  slot.busy = true;
  slot.lastUsed = inputs.at(-1)?.now ?? slot.lastUsed;
  tell(startManager(state, slot), {
    type: 'correlate',
    inputs,
    done: (report) => {
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
  const { managersPool, context, deps } = state;
  if (managersPool === undefined) throw new Error('the supervisor needs its pool of managers');
  slot.manager = spawnDirectiveManager(managersPool, slot.directive, context, deps.managers);
  state.running.add(slot);
  return slot.manager;
}

/** Stops a manager that has been without backlogs and messages for the idle time; no message is outstanding. */
export function stopIdleManager(state: SupervisorState, slot: DirectiveSlot, now: number): void {
  const idle = now - slot.lastUsed >= state.deps.idleSeconds;
  if (!idle || slot.busy || slot.backlogs > 0 || slot.manager === undefined) return;
  stopActor(slot.manager);
  slot.manager = undefined;
  state.running.delete(slot);
}

function finish(
  state: SupervisorState,
  slot: DirectiveSlot,
  inputs: readonly AdmittedInput[],
  report: ManagerReport | undefined,
): void {
  slot.busy = false;
  countDeliveries(state, inputs.length, report);
  if (report !== undefined) {
    slot.backlogs = report.backlogs;
    slot.soonestDeadline = report.soonestDeadline;
    noteLateness(state, report.oldestAcceptedMs);
  }
  post(state, report?.effects ?? [], inputs);
  dispatch(state, slot);
}

function countDeliveries(
  { deps }: SupervisorState,
  inputs: number,
  report: ManagerReport | undefined,
): void {
  const { ledger, counters } = deps;
  ledger.deliveriesInFlight -= inputs;
  if (report === undefined) {
    ledger.deliveriesFailed += inputs;
    return;
  }
  counters.backlogsTimedOut += report.timedOut;
  counters.backlogsEvicted += report.evicted;
  counters.backlogsCompleted += report.completed;
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

function noteLateness({ deps }: SupervisorState, oldestAcceptedMs: number): void {
  if (deps.maxDelayMs === 0 || oldestAcceptedMs === Number.POSITIVE_INFINITY) return;
  if (deps.clockMs() - oldestAcceptedMs <= deps.maxDelayMs) return;
  deps.counters.lateBatches += 1;
  deps.onLate();
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
