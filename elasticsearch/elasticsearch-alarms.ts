// Alarms of backends that have no store of their own, read from and changed in Dsiem's indices.
import {
  comparePlaces,
  placeOf,
  type AlarmPlace,
  type AlarmSort,
} from '../core/alarm/alarm-order.ts';
import type { StoredAlarm } from '../core/alarm/alarm-view.ts';
import type { AlarmListQuery, AlarmPage } from '../state/alarm-store.ts';
import { ALARMS } from './alarm-documents.ts';
import { toDate, toQuery } from './alarm-query.ts';
import { deleteAlarm, setMarks, type Outcome } from './fulfil-wishes.ts';
import { createKeptDocuments } from './kept-documents.ts';
import { createSearchClient } from './search-client.ts';
import { searchDocuments } from './search-documents.ts';
import { toStoredAlarm } from './stored-alarm.ts';

/** Every promise rejects with a SearchError when Elasticsearch does not answer. */
export interface ElasticsearchAlarms {
  /** `event` and `events`, which documents do not tell, sort as `last`. */
  list(query: AlarmListQuery): Promise<AlarmPage>;
  get(alarmId: string): Promise<StoredAlarm | undefined>;
  /** False when there is no such alarm. */
  change(
    alarmId: string,
    marks: { readonly status?: string; readonly tag?: string },
  ): Promise<boolean>;
  /** Takes the alarm and its events out, kept for an undo by the mirror; false when there is no such alarm. */
  delete(alarmId: string): Promise<boolean>;
  close(ms: number): Promise<void>;
}

/** The most documents that one search may answer. */
const MOST_HITS = 10_000;
const SPARE = 50;

/** Connects when it is asked something; `folder` is the log directory. */
export function createElasticsearchAlarms(deps: {
  readonly url: string;
  readonly folder: string;
  readonly clock: { wallMs(): number };
  readonly limits: {
    readonly requestMs: number;
    readonly answerBytes: number;
    readonly keptDocuments: number;
  };
}): ElasticsearchAlarms {
  const { url, folder, clock, limits } = deps;
  const { requestMs: timeoutMs, answerBytes: maxBytes } = limits;
  const client = createSearchClient(url, { timeoutMs, maxBytes });
  const kept = createKeptDocuments(folder, { documents: limits.keptDocuments });

  async function read(body: object): Promise<{ alarms: StoredAlarm[]; total: number }> {
    const { documents, total } = await searchDocuments(client, ALARMS, body);
    return { alarms: documents.map((found) => toStoredAlarm(found, clock.wallMs())), total };
  }

  /** One more than the page, and all that are equal in the sorted fields: their order is by id, which is not sorted by. */
  async function readCandidates(query: AlarmListQuery, sort: AlarmSort): Promise<StoredAlarm[]> {
    const filter = [toQuery(query.filter), ...startAt(query.after, sort)];
    const body = { query: { bool: { filter } }, sort: toSort(sort) };
    for (let size = query.limit + SPARE; ; size = Math.min(size * 4, MOST_HITS)) {
      const { alarms } = await read({ ...body, size });
      const isAll = alarms.length < size || size === MOST_HITS;
      const rest = alarms.map((alarm) => placeOf(alarm, sort)).filter(isAfter(query.after, sort));
      const end = rest[query.limit];
      const last = rest.at(-1);
      if (isAll || (end !== undefined && !sameValues(end, last))) return alarms;
    }
  }

  return {
    async list(query) {
      const by = query.sort.by === 'event' || query.sort.by === 'events' ? 'last' : query.sort.by;
      const sort = { ...query.sort, by };
      const counted = { size: 0, track_total_hits: true, query: toQuery(query.filter) };
      const [{ total }, candidates] = await Promise.all([
        read(counted),
        readCandidates(query, sort),
      ]);
      const ordered = candidates
        .map((alarm) => ({ alarm, place: placeOf(alarm, sort) }))
        .filter(({ place }) => isAfter(query.after, sort)(place))
        .sort((left, right) => comparePlaces(left.place, right.place, sort));
      const shown = ordered.slice(0, query.limit);
      return {
        ...{ sequence: 0, total, alarms: shown.map(({ alarm }) => alarm) },
        next: ordered.length > query.limit ? shown.at(-1)?.place : undefined,
      };
    },
    async get(alarmId) {
      const { alarms } = await read({ size: 1, query: { ids: { values: [alarmId] } } });
      return alarms[0];
    },
    async change(alarmId, marks) {
      const [outcome = { type: 'absent' as const }] = await setMarks(client, [
        { id: alarmId, ...marks },
      ]);
      return isDone(outcome);
    },
    delete: async (alarmId) => isDone(await deleteAlarm(client, kept, alarmId)),
    close: (ms) => client.close(ms),
  };
}

function toSort({ by, descending }: AlarmSort): object[] {
  const order = descending ? 'desc' : 'asc';
  const sorted = (field: string, type: string): object => ({
    [field]: { order, unmapped_type: type },
  });
  if (by === 'created') return [sorted('timestamp', 'date')];
  const last = sorted('updated_time', 'date');
  return by === 'risk' ? [sorted('risk', 'long'), last] : [last];
}

/** What is certainly before the place need not come. */
function startAt(after: AlarmPlace | undefined, { by, descending }: AlarmSort): object[] {
  const [value] = after?.values ?? [];
  if (value === undefined) return [];
  if (by === 'risk') return [{ range: { risk: { [descending ? 'lte' : 'gte']: value } } }];
  const field = by === 'created' ? 'timestamp' : 'updated_time';
  const bound = descending ? { lt: toDate(value + 1) } : { gte: toDate(value) };
  return [{ range: { [field]: bound } }];
}

function isAfter(after: AlarmPlace | undefined, sort: AlarmSort): (place: AlarmPlace) => boolean {
  return (place) => after === undefined || comparePlaces(place, after, sort) > 0;
}

function sameValues(left: AlarmPlace, right: AlarmPlace | undefined): boolean {
  return left.values.every((value, place) => value === right?.values[place]);
}

function isDone(outcome: Outcome): boolean {
  if (outcome.type === 'busy' || outcome.type === 'refused') throw new Error(outcome.problem);
  return outcome.type === 'done';
}
