import { spawnActor, type ParentRef, type Supervision } from './actor-ref.ts';

/**
 * Starts a quiet pool: an actor that only holds others and gets no messages. nact copies an actor's children for every
 * message that it gets, so no busy actor may have many of them.
 */
export function spawnPool(parent: ParentRef, name: string, supervision: Supervision): ParentRef {
  return spawnActor<undefined, never>(parent, {
    name,
    state: undefined,
    handler: (state) => state,
    supervision,
  });
}
