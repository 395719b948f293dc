// Alarms of backends that are no dsiem-ts: they answer nothing over NATS, but what they raise stands in Dsiem's indices,
// among alarms of ours that came there too.
import type {
  AlarmRequest,
  AlarmWish,
  DeskAnswer,
  SkippedAlarm,
} from '../../core/alarm/alarm-desk.ts';
import type { StoredAlarm, StoredAlarmDetail } from '../../core/alarm/alarm-view.ts';
import { mergePages } from '../../core/alarm/merge-pages.ts';
import { NodesAwayError } from '../../core/cluster/nodes-away-error.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import type { AlarmDesk, AlarmListQuery, AlarmPage } from '../../state/alarm-store.ts';
import type { ClusterStore } from './cluster-store.ts';

/** Alarms in an index that persons can set status and tag of, and delete. Promises reject when it does not answer. */
export interface IndexedAlarms {
  list(query: AlarmListQuery): Promise<AlarmPage>;
  get(alarmId: string): Promise<StoredAlarm | undefined>;
  change(
    alarmId: string,
    marks: { readonly status?: string; readonly tag?: string },
  ): Promise<boolean>;
  delete(alarmId: string): Promise<boolean>;
}

export interface UnlikeAlarmsDeps {
  readonly store: ClusterStore;
  readonly desk: AlarmDesk;
  readonly indexed: IndexedAlarms;
  /** Whether there may be backends of another kind: directives that no live backend of ours holds. */
  readonly isNeeded: () => boolean;
}

/** How a missing answer of the index is named among those of nodes. */
const INDEX = 'elasticsearch';
/** Pages of the index that are read for one of ours: those of our own alarms are passed over. */
const MOST_PAGES = 10;

/**
 * Store and desk that have those alarms too: in lists, one by one, and for changes of status and tag and deletions by id.
 * Facets, statistics, changes in bulk and lists by events are of our own backends' alarms.
 */
export function includeUnlikeAlarms(
  deps: UnlikeAlarmsDeps,
): Pick<UnlikeAlarmsDeps, 'store' | 'desk'> {
  const { store, desk, indexed, isNeeded } = deps;
  return {
    store: {
      ...store,
      list: (query) => {
        const isTold = query.sort.by !== 'event' && query.sort.by !== 'events';
        return isTold && isNeeded() ? listBoth(deps, query) : store.list(query);
      },
      get: async (id) => {
        const own = await unlessAway(store.get(id));
        if (own.value !== undefined) return own.value;
        const found = isNeeded() ? await indexed.get(id) : undefined;
        // one of ours that was deleted is still in the index
        if (found !== undefined && (await store.find([id])).length === 0) return toDetail(found);
        if (own.away !== undefined) throw own.away;
        return undefined;
      },
    },
    desk: {
      ...desk,
      change: async (requests, who) => {
        const own = await unlessAway(desk.change(requests, who));
        const answer = own.value ?? allAway(requests);
        const left = answer.skipped.filter(
          ({ reason }) => reason === 'not_found' || reason === 'away',
        );
        if (left.length === 0 || !isNeeded()) return own.value ?? fail(own.away);
        const done = await changeIndexed(indexed, requests, left);
        if (done.changed.length === 0 && own.away !== undefined) throw own.away;
        const known = new Set([...done.changed, ...done.skipped].map(({ id }) => id));
        return {
          changed: [...answer.changed, ...done.changed],
          skipped: [...answer.skipped.filter(({ id }) => !known.has(id)), ...done.skipped],
        };
      },
    },
  };
}

/** `total` is exact only while the index has none of our own alarms: those are counted by nobody. */
async function listBoth(
  { store, indexed }: UnlikeAlarmsDeps,
  query: AlarmListQuery,
): Promise<FromNodes<AlarmPage>> {
  const [own, other] = await Promise.all([
    store.list(query),
    listIndexed(store, indexed, query).catch(() => undefined),
  ]);
  if (other === undefined) return { ...own, missingNodes: [...(own.missingNodes ?? []), INDEX] };
  const merged = mergePages([own, other.page], query.sort, query.limit);
  const total = other.hasOurs ? Math.max(own.total, other.page.total) : merged.total;
  return { ...own, ...merged, sequence: own.sequence, total };
}

async function listIndexed(
  store: Pick<ClusterStore, 'find'>,
  indexed: IndexedAlarms,
  query: AlarmListQuery,
): Promise<{ readonly page: AlarmPage; readonly hasOurs: boolean }> {
  const alarms: StoredAlarm[] = [];
  let page = await indexed.list(query);
  let hasOurs = false;
  for (let pages = 1; ; pages += 1) {
    const ids = page.alarms.map(({ alarm }) => alarm.alarm_id);
    const ours = new Set((await store.find(ids)).map(({ alarm }) => alarm.alarm_id));
    hasOurs ||= ours.size > 0;
    alarms.push(...page.alarms.filter(({ alarm }) => !ours.has(alarm.alarm_id)));
    const isDone = alarms.length >= query.limit || page.next === undefined || pages === MOST_PAGES;
    if (isDone) return { page: { ...page, alarms }, hasOurs };
    page = await indexed.list({ ...query, after: page.next });
  }
}

/** Nothing but status, tag and deletion is kept there; a look is not counted. */
async function changeIndexed(
  indexed: IndexedAlarms,
  requests: readonly AlarmRequest[],
  left: readonly SkippedAlarm[],
): Promise<DeskAnswer> {
  const ids = new Set(left.map(({ id }) => id));
  const changed: DeskAnswer['changed'][number][] = [];
  const skipped: SkippedAlarm[] = [];
  for (const { id, version = 0, wish } of requests.filter((request) => ids.has(request.id))) {
    const stored = await indexed.get(id);
    if (stored === undefined) continue;
    const { status, tag } = stored.alarm;
    const before = { status, tag, assignee: '', deleted: false };
    if (version !== stored.version) {
      skipped.push({ id, reason: 'changed', version: stored.version, now: before });
      continue;
    }
    const deleted = wish.deleted === true;
    if (!(await carryOut(indexed, id, wish))) continue;
    const after = { ...before, status: wish.status ?? status, tag: wish.tag ?? tag, deleted };
    changed.push({ id, version: stored.version, before, after });
  }
  return { changed, skipped };
}

async function carryOut(indexed: IndexedAlarms, id: string, wish: AlarmWish): Promise<boolean> {
  const { status, tag, deleted } = wish;
  if (deleted === true) return indexed.delete(id);
  if (status === undefined && tag === undefined) return wish.look === true;
  return indexed.change(id, {
    ...(status !== undefined && { status }),
    ...(tag !== undefined && { tag }),
  });
}

function toDetail(stored: StoredAlarm): StoredAlarmDetail {
  const event_summary = {
    ...{ total: 0, kept: 0, recorded: false, stages: [], bucket_seconds: 60, not_kept: [] },
  };
  return { ...stored, history: [], event_summary };
}

async function unlessAway<Value>(
  work: Promise<Value>,
): Promise<{ readonly value?: Value; readonly away?: NodesAwayError }> {
  try {
    return { value: await work };
  } catch (err) {
    if (err instanceof NodesAwayError) return { away: err };
    throw err;
  }
}

function allAway(requests: readonly AlarmRequest[]): DeskAnswer {
  return { changed: [], skipped: requests.map(({ id }) => ({ id, reason: 'away' })) };
}

function fail(error: Error | undefined): never {
  throw error ?? new NodesAwayError([]);
}
