import type { EnginePort, TurnedOff } from '../actors/engine-port.ts';
import type { DirectiveSwitch } from '../server/configuration-admin.ts';
import type { DirectiveOff } from '../state/directives-off-file.ts';
import { createSerialQueue } from './serial-queue.ts';

export interface DirectiveSwitchDeps {
  readonly engine: Pick<EnginePort, 'directive' | 'setDirective'>;
  /** What is off at the start, the engine's too; of directives that are not loaded as well. */
  readonly turnedOff: ReadonlyMap<number, TurnedOff>;
  /** Keeps the whole list; rejects when it cannot. */
  readonly save: (directives: readonly DirectiveOff[]) => Promise<void>;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
}

/** Turns directives off and on: first on file, then in the engine, so that what was answered is never forgotten. */
export function createDirectiveSwitch(deps: DirectiveSwitchDeps): DirectiveSwitch {
  const { engine, save, wallMs } = deps;
  let turnedOff = new Map(deps.turnedOff);
  const inTurn = createSerialQueue();

  async function set(id: number, enabled: boolean, by: string): Promise<boolean> {
    if (engine.directive(id) === undefined) return false;
    if (turnedOff.has(id) === !enabled) return true;
    const before = turnedOff;
    const next = new Map(before);
    if (enabled) next.delete(id);
    else next.set(id, { since: Math.floor(wallMs() / 1000), by });
    await save(toList(next));
    turnedOff = next;
    if (await engine.setDirective(id, enabled, by)) return true;
    // A reload took it away meanwhile; what was said about it before stands again.
    await save(toList(before));
    turnedOff = before;
    return false;
  }

  return {
    off: (id) => turnedOff.get(id),
    set: (id, enabled, by) => inTurn(() => set(id, enabled, by)),
  };
}

function toList(turnedOff: ReadonlyMap<number, TurnedOff>): DirectiveOff[] {
  return [...turnedOff].map(([id, { since, by }]) => ({ id, since, by }));
}
