// Takes the wishes of persons, one after the other, so that each is weighed against what the one before has made of the
// alarm, and has them recorded and carried out.
import type { AlarmChange, EngineCommands } from '../actors/engine-port.ts';
import { changesVersion, type AlarmAction } from '../core/alarm/alarm-action.ts';
import type {
  AlarmMarks,
  AlarmRequest,
  AlarmWish,
  ChangedAlarm,
  DeskAnswer,
  Person,
  SkippedAlarm,
} from '../core/alarm/alarm-desk.ts';
import type { AlarmState } from '../core/alarm/alarm-state.ts';
import type { StoredAlarm } from '../core/alarm/alarm-view.ts';
import type { AlarmDesk, AlarmStore } from '../state/alarm-store.ts';
import type { OperatorRecord, RecordedAction } from '../state/operator-record.ts';
import { createSerialQueue } from './serial-queue.ts';

export interface AlarmDeskDeps {
  readonly store: Pick<AlarmStore, 'find' | 'get' | 'select'>;
  readonly engine: Pick<EngineCommands, 'changeAlarms'>;
  readonly record: Pick<OperatorRecord, 'append'>;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
}

/** A change took effect, but its lines could not be put on file so far. */
class NotOnFileError extends Error {
  override readonly name = 'NotOnFileError';
}

const LONGEST_WRITE_MS = 10_000;

interface Decision {
  readonly change: AlarmChange;
  readonly changed: ChangedAlarm;
}

/** The desk over one engine and its store. */
export function createAlarmDesk(deps: AlarmDeskDeps): AlarmDesk {
  const enqueue = createSerialQueue();
  return {
    change: (requests, who) => enqueue(() => changeAll(deps, requests, who)),
    changeSelection: ({ filter, asOf, after, limit, wish }, who) =>
      enqueue(async () => {
        const { alarms, left } = await deps.store.select({ filter, asOf, afterId: after, limit });
        const requests = alarms.map(({ alarm }) => ({ id: alarm.alarm_id, wish }));
        const answer = await changeAll(deps, requests, who);
        const next = left > 0 ? requests.at(-1)?.id : undefined;
        return { ...answer, next, left };
      }),
  };
}

/** An alarm that is asked for twice is weighed the second time as the first has left it. */
async function changeAll(
  deps: AlarmDeskDeps,
  requests: readonly AlarmRequest[],
  who: Person,
): Promise<DeskAnswer> {
  const changed: ChangedAlarm[] = [];
  const skipped: SkippedAlarm[] = [];
  for (const round of splitIntoRounds(requests)) {
    const answer = await changeRound(deps, round, who);
    changed.push(...answer.changed);
    skipped.push(...answer.skipped);
  }
  return { changed, skipped };
}

function splitIntoRounds(requests: readonly AlarmRequest[]): AlarmRequest[][] {
  const rounds: AlarmRequest[][] = [];
  const seen = new Map<string, number>();
  for (const request of requests) {
    const round = seen.get(request.id) ?? 0;
    seen.set(request.id, round + 1);
    const list = rounds[round];
    if (list === undefined) rounds.push([request]);
    else list.push(request);
  }
  return rounds;
}

async function changeRound(
  { store, engine, record, wallMs }: AlarmDeskDeps,
  requests: readonly AlarmRequest[],
  who: Person,
): Promise<DeskAnswer> {
  const found = await store.find(requests.map(({ id }) => id));
  const known = new Map(found.map((stored) => [stored.alarm.alarm_id, stored]));
  const decisions: Decision[] = [];
  const skipped: SkippedAlarm[] = [];
  for (const request of requests) {
    const stored = known.get(request.id);
    const reason = refusalOf(request, stored);
    if (stored === undefined || reason !== undefined) {
      skipped.push(await describeSkipped(store, request.id, { stored, reason }));
    } else {
      decisions.push(decide(stored, request.wish, { by: who.name, at: wallMs() / 1000 }));
    }
  }
  const changes = decisions.map(({ change }) => change).filter(({ actions }) => actions.length > 0);
  if (changes.length > 0) {
    const { role, from } = who;
    const recorded = changes.flatMap(({ actions }) =>
      actions.map((action): RecordedAction => ({ ...action, role, from_address: from })),
    );
    await within(Promise.all([record.append(recorded), engine.changeAlarms(changes)]));
  }
  return { changed: decisions.map(({ changed }) => changed), skipped };
}

function refusalOf(
  { version, wish }: AlarmRequest,
  stored: StoredAlarm | undefined,
): SkippedAlarm['reason'] | undefined {
  if (stored === undefined) return 'not_found';
  if (version !== undefined && version !== stored.version) return 'changed';
  return stored.deleted === true && wish.deleted !== false ? 'deleted' : undefined;
}

async function describeSkipped(
  store: Pick<AlarmStore, 'get'>,
  id: string,
  {
    stored,
    reason = 'not_found',
  }: {
    readonly stored: StoredAlarm | undefined;
    readonly reason: SkippedAlarm['reason'] | undefined;
  },
): Promise<SkippedAlarm> {
  if (stored === undefined) return { id, reason };
  const detail = await store.get(id);
  const by = detail?.history.findLast(changesVersion)?.by;
  const { version } = stored;
  return { id, reason, version, now: marksOf(stored), ...(by !== undefined && { by }) };
}

function decide(
  stored: StoredAlarm,
  wish: AlarmWish,
  { by, at }: { readonly by: string; readonly at: number },
): Decision {
  const before = marksOf(stored);
  const alarm_id = stored.alarm.alarm_id;
  const actions: AlarmAction[] = [];
  const act = (what: AlarmAction['what'], from: string, value: string): void => {
    actions.push({ alarm_id, at, by, what, from, value });
  };
  const { status = before.status, tag = before.tag, assignee = before.assignee } = wish;
  const { deleted = before.deleted, comment = '', look } = wish;
  if (look === true && stored.first_look === 0) act('look', '', '');
  if (before.deleted && !deleted) act('restore', '', '');
  if (status !== before.status) act('status', before.status, status);
  if (tag !== before.tag) act('tag', before.tag, tag);
  if (assignee !== before.assignee) act('assignee', before.assignee, assignee);
  if (comment !== '') act('comment', '', comment);
  if (!before.deleted && deleted) act('delete', '', '');
  const version = stored.version + actions.filter(changesVersion).length;
  const after = { status, tag, assignee, deleted };
  return {
    change: { known: stateOf(stored), actions },
    changed: { id: alarm_id, version, before, after },
  };
}

function marksOf({ alarm, assignee, deleted }: StoredAlarm): AlarmMarks {
  return { status: alarm.status, tag: alarm.tag, assignee, deleted: deleted === true };
}

/** What the engine knows of an alarm: without what the store adds, and whether it is hidden. */
function stateOf(stored: StoredAlarm): AlarmState {
  const { alarm, directive_id, progress, risks, node } = stored;
  const { stage, stages, events, needed, events_total } = stored;
  const { first_event, last_event, deadline } = stored;
  return {
    ...{ alarm, directive_id, progress, risks, node },
    ...{ stage, stages, events, needed, events_total },
    ...{ first_event, last_event, deadline },
  };
}

async function within(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new NotOnFileError('the change took effect and waits to be put on file'));
    }, LONGEST_WRITE_MS);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
