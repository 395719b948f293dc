// Answers about directives and backlogs: figures from the slots at once, backlogs by asking their managers.
import type { ActorRef } from './actor-ref.ts';
import { askManager } from './ask-manager.ts';
import type { DirectiveManagerMessage } from './directive-manager.ts';
import type { DirectiveSlot } from './directive-slot.ts';
import type { DirectiveState, EngineQueries } from './engine-port.ts';
import { createBacklogList } from './list-backlogs.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** The queries of the EnginePort over the supervisor's slots. */
export function createQueries(
  state: Readonly<Pick<SupervisorState, 'slots' | 'running'>>,
): EngineQueries {
  const listBacklogs = createBacklogList();
  return {
    directives: () => [...state.slots.values()].map(describeSlot),
    directive: (id) => {
      const slot = state.slots.get(id);
      return slot === undefined ? undefined : describeSlot(slot);
    },
    listBacklogs: (query) => listBacklogs(holders(state.running, query.directiveId), query),
    backlog: async (alarmId) => {
      const found = await Promise.all(
        holders(state.running).map((manager) =>
          askManager<unknown>(manager, (done) => ({ type: 'describe', alarmId, done })),
        ),
      );
      return found.find((backlog) => backlog !== undefined);
    },
  };
}

function describeSlot({
  directive,
  off,
  counts,
  backlogs,
  backlogsByStage,
}: DirectiveSlot): DirectiveState {
  const { id, name } = directive;
  return { id, name, off, ...counts, backlogs, backlogsByStage };
}

/** The managers that have backlogs, or that of one directive. */
function holders(
  running: ReadonlySet<DirectiveSlot>,
  directiveId?: number,
): ActorRef<DirectiveManagerMessage>[] {
  return [...running].flatMap(({ manager, directive, backlogs, retired }) =>
    manager !== undefined &&
    backlogs > 0 &&
    !retired &&
    (directiveId === undefined || directive.id === directiveId)
      ? [manager]
      : [],
  );
}
