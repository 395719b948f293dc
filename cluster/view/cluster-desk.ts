import type {
  AlarmRequest,
  DeskAnswer,
  Person,
  SkippedAlarm,
} from '../../core/alarm/alarm-desk.ts';
import { NodesAwayError } from '../../core/cluster/nodes-away-error.ts';
import type { AlarmDesk } from '../../state/alarm-store.ts';
import { ALARM_CALLS } from './alarm-calls.ts';
import type { AskAll } from './ask-all.ts';
import type { ClusterStore } from './cluster-store.ts';
import { backendKey, type Backend } from './view-subjects.ts';

export interface ClusterDeskDeps {
  readonly nodes: AskAll;
  readonly store: Pick<ClusterStore, 'select'>;
}

interface Owned {
  readonly backend: Backend;
  readonly requests: AlarmRequest[];
}

/** The desk of a frontend: each wish goes to the backend that has the alarm. */
export function createClusterDesk({ nodes, store }: ClusterDeskDeps): AlarmDesk {
  async function change(requests: readonly AlarmRequest[], who: Person): Promise<DeskAnswer> {
    const { owned, skipped } = await findOwners(nodes, requests);
    const { answers, missing } = await nodes.askEach(
      ALARM_CALLS.change,
      owned.map((one) => [one.backend, { requests: one.requests, who }] as const),
    );
    const answered = new Set(answers.map(({ backend }) => backendKey(backend)));
    const lost = owned.filter(({ backend }) => !answered.has(backendKey(backend)));
    const away = lost.flatMap((one) => one.requests.map(({ id }) => skip(id, 'away')));
    // nothing is known of any of them: an error says that better than a list
    if (answers.length === 0 && missing.length > 0) throw new NodesAwayError(missing);
    return inOrder(requests, {
      changed: answers.flatMap(({ answer }) => answer.changed),
      skipped: [...answers.flatMap(({ answer }) => answer.skipped), ...skipped, ...away],
    });
  }

  return {
    change,
    changeSelection: async ({ filter, asOf, after, limit, wish }, who) => {
      const { alarms, left, missingNodes } = await store.select({
        ...{ filter, asOf, afterId: after, limit },
      });
      const requests = alarms.map(({ alarm }) => ({ id: alarm.alarm_id, wish }));
      const answer =
        requests.length === 0 ? { changed: [], skipped: [] } : await change(requests, who);
      const next = left > 0 ? requests.at(-1)?.id : undefined;
      return { ...answer, next, left, ...(missingNodes !== undefined && { missingNodes }) };
    },
  };
}

async function findOwners(
  nodes: AskAll,
  requests: readonly AlarmRequest[],
): Promise<{ readonly owned: readonly Owned[]; readonly skipped: readonly SkippedAlarm[] }> {
  const ids = [...new Set(requests.map(({ id }) => id))];
  const { answers, missing } = await nodes.ask(ALARM_CALLS.find, ids);
  const owners = new Map<string, Owned>();
  const owned = answers.map(({ backend, answer }): Owned => {
    const owner = { backend, requests: [] };
    for (const { alarm } of answer) owners.set(alarm.alarm_id, owner);
    return owner;
  });
  const skipped: SkippedAlarm[] = [];
  for (const request of requests) {
    const owner = owners.get(request.id);
    if (owner !== undefined) owner.requests.push(request);
    else skipped.push(skip(request.id, missing.length > 0 ? 'away' : 'not_found'));
  }
  if (owners.size === 0 && missing.length > 0) throw new NodesAwayError(missing);
  return { owned: owned.filter((one) => one.requests.length > 0), skipped };
}

function skip(id: string, reason: SkippedAlarm['reason']): SkippedAlarm {
  return { id, reason };
}

/** As they were asked for; the sort keeps the order of those that were asked for twice. */
function inOrder(requests: readonly AlarmRequest[], answer: DeskAnswer): DeskAnswer {
  const places = new Map(requests.map(({ id }, index) => [id, index]));
  const byPlace = (left: { readonly id: string }, right: { readonly id: string }): number =>
    (places.get(left.id) ?? 0) - (places.get(right.id) ?? 0);
  return {
    changed: answer.changed.toSorted(byPlace),
    skipped: answer.skipped.toSorted(byPlace),
  };
}
