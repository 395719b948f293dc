// How the supervisor has every manager run its persistence hook, a few at a time so that the disk is not flooded.
import { stopActor, tell } from './actor-ref.ts';
import type { SaveReport } from './manager-persistence.ts';
import type { SupervisorState } from './supervisor-state.ts';

const MANAGERS_AT_ONCE = 16;

/** Saves and stops every running manager; `done` gets the sums. Nothing may be in flight any more. */
export function saveAll(
  state: SupervisorState,
  done: (report: SaveReport | undefined) => void,
): void {
  const rest = [...state.running];
  const total = { saved: 0, lost: 0 };
  let underWay = 0;
  const saveNext = (): void => {
    while (underWay < MANAGERS_AT_ONCE) {
      const slot = rest.shift();
      const manager = slot?.manager;
      if (slot === undefined || manager === undefined) break;
      underWay += 1;
      tell(manager, {
        type: 'save',
        done: (report) => {
          underWay -= 1;
          total.saved += report?.saved ?? 0;
          total.lost += report?.lost ?? slot.backlogs;
          stopActor(manager);
          slot.manager = undefined;
          state.running.delete(slot);
          saveNext();
        },
      });
    }
    if (underWay === 0 && rest.length === 0) done(total);
  };
  saveNext();
}
