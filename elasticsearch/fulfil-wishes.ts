import { ALARM_EVENTS, ALARMS, EVENTS, type StoredDocument } from './alarm-documents.ts';
import type { AlarmWish } from './alarm-wish.ts';
import type { KeptDocuments } from './kept-documents.ts';
import type { SearchClient } from './search-client.ts';
import {
  isTransient,
  searchDocuments,
  searchRaw,
  writeBulk,
  type BulkResult,
  type BulkWrite,
} from './search-documents.ts';
import { readSharedEvents } from './shared-events.ts';

/** What became of a wish; `busy` and `absent` are worth another attempt, `refused` is not. */
export type Outcome =
  | { readonly type: 'done' | 'absent' }
  | { readonly type: 'busy' | 'refused'; readonly problem: string };

const DONE: Outcome = { type: 'done' };
const ABSENT: Outcome = { type: 'absent' };
/** How many documents one search asks for. */
const PAGE = 1000;
/** An alarm is in one index, but a pipeline of an older Dsiem can have put it into several. */
const MOST_COPIES = 5;
const NOT_FOUND = 404;
const CONFLICT = 409;

/** Sets status and tag of alarms wherever they are; outcomes in the order of the wishes. Rejects with a SearchError. */
export async function setMarks(
  client: SearchClient,
  wishes: readonly AlarmWish[],
): Promise<Outcome[]> {
  const documents = await findAlarms(
    client,
    wishes.map(({ id }) => id),
  );
  const marks = new Map(wishes.map(({ id, status, tag }) => [id, { status, tag }]));
  const writes = documents.map(({ index, id }) => ({
    action: { update: { _index: index, _id: id, retry_on_conflict: 3 } },
    body: { doc: marks.get(id) },
  }));
  const results = await writeBulk(client, writes);
  return wishes.map(({ id }) =>
    toOutcome(results.filter((_result, place) => documents[place]?.id === id)),
  );
}

/**
 * Takes an alarm out of Dsiem's indices with its siem_alarm_events, and of siem_events what belongs to no other alarm;
 * what is taken out is kept first. Absent when there was nothing. Rejects with a SearchError or the system's error.
 */
export async function deleteAlarm(
  client: SearchClient,
  kept: KeptDocuments,
  id: string,
): Promise<Outcome> {
  const alarms = await findAlarms(client, [id]);
  let outcome = await takeOut(client, { kept, id, documents: alarms });
  let found = alarms.length > 0;
  while (outcome.type === 'done' || outcome.type === 'absent') {
    const links = await findLinks(client, id);
    if (links.length === 0) return found ? DONE : ABSENT;
    found = true;
    const events = await findOwnEvents(client, { id, links });
    outcome = await takeOut(client, { kept, id, documents: [...events, ...links] });
  }
  return outcome;
}

/** Puts back what the deletion kept, or the alarm alone as an index of today has it. Rejects as `deleteAlarm` does. */
export async function restoreAlarm(
  client: SearchClient,
  kept: KeptDocuments,
  { id, source }: AlarmWish,
): Promise<Outcome> {
  const documents = await kept.read(id);
  const index = typeof source?.['perm_index'] === 'string' ? source['perm_index'] : undefined;
  const isKept = documents.some((document) => document.id === id);
  if (!isKept && (await findAlarms(client, [id])).length === 0) {
    if (source === undefined || index === undefined) return ABSENT;
    documents.push({ index, id, source });
  }
  const writes = documents.map((document): BulkWrite => ({
    action: { create: { _index: document.index, _id: document.id } },
    body: document.source,
  }));
  const results = await writeBulk(client, writes);
  const outcome = toOutcome(results.filter(({ status }) => status !== CONFLICT));
  if (outcome.type === 'busy' || outcome.type === 'refused') return outcome;
  await kept.forget(id);
  return DONE;
}

async function findAlarms(client: SearchClient, ids: readonly string[]): Promise<StoredDocument[]> {
  const body = { size: ids.length * MOST_COPIES, query: { ids: { values: ids } } };
  return (await searchDocuments(client, ALARMS, body)).documents;
}

async function findLinks(client: SearchClient, id: string): Promise<StoredDocument[]> {
  const body = { size: PAGE, query: { term: { 'alarm_id.keyword': id } } };
  return (await searchDocuments(client, ALARM_EVENTS, body)).documents;
}

/** The events that these siem_alarm_events of the alarm name and those of no other alarm do. */
async function findOwnEvents(
  client: SearchClient,
  { id, links }: { readonly id: string; readonly links: readonly StoredDocument[] },
): Promise<StoredDocument[]> {
  const named = new Set(links.map(({ source }) => source['event_id']).filter(isText));
  if (named.size === 0) return [];
  const shared = await readSharedEvents({ id, eventIds: [...named] }, (body) =>
    searchRaw(client, ALARM_EVENTS, body),
  );
  const own = [...named].filter((eventId) => !shared.has(eventId));
  if (own.length === 0) return [];
  const isOwn = [{ ids: { values: own } }, { terms: { 'event_id.keyword': own } }];
  const body = { size: own.length * MOST_COPIES, query: { bool: { should: isOwn } } };
  return (await searchDocuments(client, EVENTS, body)).documents;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

async function takeOut(
  client: SearchClient,
  taken: {
    readonly kept: KeptDocuments;
    readonly id: string;
    readonly documents: readonly StoredDocument[];
  },
): Promise<Outcome> {
  await taken.kept.keep(taken.id, taken.documents);
  const writes = taken.documents.map(({ index, id }) => ({
    action: { delete: { _index: index, _id: id } },
  }));
  const outcome = toOutcome(await writeBulk(client, writes));
  return outcome.type === 'absent' ? DONE : outcome;
}

/** The worst of all; absent when nothing was there to write to. */
function toOutcome(results: readonly BulkResult[]): Outcome {
  const failed = results.filter(({ problem, status }) => problem !== '' && status !== NOT_FOUND);
  const refused = failed.find((result) => !isTransient(result));
  if (refused !== undefined) return { type: 'refused', problem: refused.problem };
  const [busy] = failed;
  if (busy !== undefined) return { type: 'busy', problem: busy.problem };
  return results.some(({ problem }) => problem === '') ? DONE : ABSENT;
}
