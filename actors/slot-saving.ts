// How the supervisor has every manager run its persistence hook, a few at a time so that the disk is not flooded.
import { tell } from './actor-ref.ts';
import type { SaveReport } from './manager-persistence.ts';
import { addCommand } from './slot-commands.ts';
import { dropManager, finish } from './slot-dispatch.ts';
import type { SupervisorState } from './supervisor-state.ts';

const MANAGERS_AT_ONCE = 16;

/**
 * Saves and stops every running manager; `done` gets the sums. Nothing may be in flight any more but managers that a
 * reload retires: they keep their backlogs aside first.
 */
export function saveAll(
  state: SupervisorState,
  done: (report: SaveReport | undefined) => void,
): void {
  state.ending = true;
  const retiring = [...state.running].filter(({ retired }) => retired);
  let outstanding = retiring.length;
  if (outstanding === 0) saveRunning(state, done);
  for (const slot of retiring) {
    // Its turn comes when the manager has ended.
    addCommand(state, slot, () => {
      finish(state, slot, [], undefined);
      outstanding -= 1;
      if (outstanding === 0) saveRunning(state, done);
    });
  }
}

function saveRunning(state: SupervisorState, done: (report: SaveReport | undefined) => void): void {
  const rest = [...state.running];
  const total = { saved: 0, lost: 0 };
  let underWay = 0;
  const saveNext = (): void => {
    while (underWay < MANAGERS_AT_ONCE) {
      const slot = rest.shift();
      if (slot === undefined) break;
      if (slot.manager === undefined) continue;
      underWay += 1;
      tell(slot.manager, {
        type: 'save',
        done: (report) => {
          underWay -= 1;
          total.saved += report?.saved ?? 0;
          total.lost += report?.lost ?? slot.backlogs;
          dropManager(state, slot);
          saveNext();
        },
      });
    }
    if (underWay === 0 && rest.length === 0) done(total);
  };
  saveNext();
}
