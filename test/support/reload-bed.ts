// An engine under test whose managers can be held up, so that inputs and reloads wait for their turn together.
import { setImmediate as turn } from 'node:timers/promises';
import type { EngineDeps } from '../../actors/engine.ts';
import type { Directive } from '../../core/directive/directive.ts';
import { compileRules, createRule } from './correlation-bed.ts';
import { createEngineBed, type EngineBed } from './engine-bed.ts';

/** Managers that work at the same time at most. */
export const MANAGERS_AT_ONCE = 64;

/** Backlogs that were set aside at once. */
interface Aside {
  readonly directiveId: number;
  readonly backlogs: number;
  readonly reason: string;
}

export interface ReloadBed extends EngineBed {
  readonly aside: readonly Aside[];
  /** From here on nothing gets set aside. */
  hold(): void;
  release(): void;
  /** Has every manager that may work be busy until the release, and reloads to these directives on the way. */
  holdUp(...directives: Directive[]): Promise<void>;
}

const FIRST_BUSY_ID = 1_000;
const BUSY_SID = 777;
/** Enough for the supervisor to take every message that was told it before. */
const TURNS = 20;

/** Lets the actors work for some turns of the event loop. */
export async function letTurnsPass(): Promise<void> {
  for (let turns = 0; turns < TURNS; turns += 1) await turn();
}

/** Starts an engine as createEngineBed does. */
export function createReloadBed(
  directives: readonly Directive[],
  changes: Partial<EngineDeps> = {},
): ReloadBed {
  const aside: Aside[] = [];
  let held = Promise.resolve();
  let release = (): void => undefined;
  const bed = createEngineBed(directives, {
    setAside: async (directiveId, items, reason) => {
      await held;
      aside.push({ directiveId, backlogs: items.length, reason });
    },
    ...changes,
  });
  const { engine, context, post, settled } = bed;
  const hold = (): void => {
    held = new Promise((resolve) => {
      release = resolve;
    });
  };
  return {
    ...bed,
    ...{ aside, hold },
    release: () => {
      release();
    },
    holdUp: async (...next) => {
      const busy = Array.from({ length: MANAGERS_AT_ONCE }, (_, index) =>
        compileRules([createRule(1, { plugin_sid: [BUSY_SID] }), createRule(2)], {
          ...{ id: FIRST_BUSY_ID + index, category: 'busy' },
        }),
      );
      await engine.reload({ directives: [...next, ...busy], context });
      await post({ plugin_sid: BUSY_SID, event_id: 'busy', src_ip: '10.0.0.250' });
      await settled();
      hold();
      void engine.reload({ directives: next, context });
      await letTurnsPass();
    },
  };
}
