// Answers about directives and backlogs: figures from the slots at once, backlogs by asking their managers.
import type { BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import { tell, type ActorRef } from './actor-ref.ts';
import type { DirectiveManagerMessage } from './directive-manager.ts';
import type { DirectiveSlot } from './directive-slot.ts';
import type {
  BacklogCursor,
  BacklogListQuery,
  BacklogPage,
  DirectiveState,
  EngineQueries,
} from './engine-port.ts';
import { compareCursors, type BacklogKeys } from './manager-administration.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** A manager that is stopped just now never answers; a list without it is right all the same. */
const ANSWER_LIMIT_MS = 10_000;

/** The queries of the EnginePort over the supervisor's slots. */
export function createQueries(
  state: Readonly<Pick<SupervisorState, 'slots' | 'running'>>,
): EngineQueries {
  return {
    directives: () => [...state.slots.values()].map(describeSlot),
    directive: (id) => {
      const slot = state.slots.get(id);
      return slot === undefined ? undefined : describeSlot(slot);
    },
    listBacklogs: (query) => listBacklogs(state.running, query),
    backlog: async (alarmId) => {
      const found = await Promise.all(
        holders(state.running).map(({ manager }) =>
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

interface Holder {
  readonly manager: ActorRef<DirectiveManagerMessage>;
  readonly directiveId: number;
}

function holders(running: ReadonlySet<DirectiveSlot>, directiveId?: number): Holder[] {
  return [...running].flatMap(({ manager, directive, backlogs, retired }) =>
    manager !== undefined &&
    backlogs > 0 &&
    !retired &&
    (directiveId === undefined || directive.id === directiveId)
      ? [{ manager, directiveId: directive.id }]
      : [],
  );
}

async function listBacklogs(
  running: ReadonlySet<DirectiveSlot>,
  { directiveId, stage, after, limit }: BacklogListQuery,
): Promise<BacklogPage> {
  const asked = holders(running, directiveId);
  // One more than wanted tells whether there is a next page.
  const query = { after, stage, limit: limit + 1 };
  const answers = await Promise.all(
    asked.map(({ manager }) =>
      askManager<BacklogKeys>(manager, (done) => ({ type: 'list', query, done })),
    ),
  );
  const keys = answers
    .flatMap((answer, index) =>
      (answer?.keys ?? []).map((key) => ({ ...key, manager: asked[index]?.manager })),
    )
    .sort(compareCursors)
    .slice(0, limit + 1);
  const page = keys.slice(0, limit);
  const backlogs = await summarizeAll(page);
  const last = page.at(-1);
  return {
    backlogs,
    total: answers.reduce((sum, answer) => sum + (answer?.total ?? 0), 0),
    next:
      keys.length > limit && last !== undefined
        ? { deadline: last.deadline, alarmId: last.alarmId }
        : undefined,
  };
}

/** The summaries of a page in its order; a backlog that ended meanwhile is left out. */
async function summarizeAll(
  page: readonly (BacklogCursor & {
    readonly manager: ActorRef<DirectiveManagerMessage> | undefined;
  })[],
): Promise<BacklogSummary[]> {
  const byManager = new Map<ActorRef<DirectiveManagerMessage>, string[]>();
  for (const { manager, alarmId } of page) {
    if (manager === undefined) continue;
    byManager.set(manager, [...(byManager.get(manager) ?? []), alarmId]);
  }
  const found = new Map<string, BacklogSummary>();
  await Promise.all(
    [...byManager].map(async ([manager, alarmIds]) => {
      const summaries = await askManager<readonly BacklogSummary[]>(manager, (done) => ({
        ...{ type: 'summarize', alarmIds, done },
      }));
      for (const summary of summaries ?? []) found.set(summary.alarmId, summary);
    }),
  );
  return page.flatMap(({ alarmId }) => found.get(alarmId) ?? []);
}

function askManager<Answer>(
  manager: ActorRef<DirectiveManagerMessage>,
  compose: (done: (answer: Answer | undefined) => void) => DirectiveManagerMessage,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(undefined);
    }, ANSWER_LIMIT_MS);
    tell(
      manager,
      compose((answer) => {
        clearTimeout(timer);
        resolve(answer);
      }),
    );
  });
}
