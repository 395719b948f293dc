// What an operator has the supervisor do to one directive or backlog.
import { tell } from './actor-ref.ts';
import type { DirectiveSlot } from './directive-slot.ts';
import type { TurnedOff } from './engine-port.ts';
import type { ManagerReport } from './manager-state.ts';
import { dispatch, finish } from './slot-dispatch.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** Turns a directive off or, with `off` undefined, on again; then what is past its deadline ends. False when unknown. */
export function setDirective(
  state: SupervisorState,
  { directiveId, off, now }: { directiveId: number; off: TurnedOff | undefined; now: number },
): boolean {
  const slot = state.slots.get(directiveId);
  if (slot === undefined) return false;
  if (off === undefined) state.turnedOff.delete(directiveId);
  else state.turnedOff.set(directiveId, off);
  slot.off = off;
  if (off === undefined && slot.backlogs > 0) {
    slot.waitingTick = now;
    dispatch(state, slot);
  }
  return true;
}

/** Has whichever manager holds the backlog end it; `done` is told whether one did. */
export function stopBacklog(
  state: SupervisorState,
  alarmId: string,
  done: (stopped: boolean) => void,
): void {
  const holders = [...state.running].filter(
    ({ backlogs, busy, retired }) => !retired && (backlogs > 0 || busy),
  );
  let outstanding = holders.length;
  let stopped = false;
  if (outstanding === 0) done(false);
  for (const slot of holders) {
    const end = (report?: ManagerReport): void => {
      finish(state, slot, [], report);
      stopped ||= (report?.stopped ?? 0) > 0;
      outstanding -= 1;
      if (outstanding === 0) done(stopped);
    };
    addCommand(state, slot, () => {
      if (slot.manager === undefined) end();
      else tell(slot.manager, { type: 'stop-backlog', alarmId, done: end });
    });
  }
}

/** Puts a command behind what waits for the slot's manager. */
export function addCommand(state: SupervisorState, slot: DirectiveSlot, send: () => void): void {
  slot.waiting.push({ type: 'command', send });
  dispatch(state, slot);
}
