// Pages of the list of live backlogs: managers know the places of theirs, only the rows of a page are asked of backlogs.
import { compileAddressSet } from '../core/address/address-set.ts';
import type { Network } from '../core/address/network.ts';
import { comparePlaces, type BacklogPlace } from '../core/correlation/backlog-order.ts';
import type { BacklogSummary } from '../core/correlation/summarize-backlog.ts';
import type { ActorRef } from './actor-ref.ts';
import { askManager } from './ask-manager.ts';
import type { DirectiveManagerMessage } from './directive-manager.ts';
import type { BacklogListQuery, BacklogPage } from './engine-port.ts';
import type { BacklogKeys } from './manager-administration.ts';

type Manager = ActorRef<DirectiveManagerMessage>;

interface FoundPlace extends BacklogPlace {
  readonly manager: Manager;
}

interface FoundPlaces {
  readonly places: readonly FoundPlace[];
  /** All that fit the filter, before the page as well. */
  readonly total: number;
}

/** A search by address asks so many backlogs, then leaves the engine this long to what came meanwhile. */
const ASKED_AT_ONCE = 200;
const PAUSE_MS = 5;

/** Answers pages of the backlogs of the managers that it is given; of searches by address one at a time. */
export function createBacklogList(): (
  managers: readonly Manager[],
  query: BacklogListQuery,
) => Promise<BacklogPage> {
  let searching: Promise<unknown> = Promise.resolve();

  function search(
    managers: readonly Manager[],
    query: BacklogListQuery,
    networks: readonly Network[],
  ): Promise<FoundPlaces> {
    const result = searching.then(() => findByAddress(managers, query, networks));
    searching = result.catch(() => undefined);
    return result;
  }

  return async (managers, query) => {
    const { networks, sort, limit } = query;
    // One more than wanted tells whether there is a next page.
    const { places, total } =
      networks === undefined
        ? await findPlaces(managers, { ...query, limit: limit + 1 })
        : await search(managers, query, networks);
    const first = [...places].sort(comparePlaces(sort)).slice(0, limit + 1);
    const page = first.slice(0, limit);
    const last = page.at(-1);
    return {
      backlogs: await summarizeAll(page),
      total,
      next:
        first.length > limit && last !== undefined
          ? { value: last.value, alarmId: last.alarmId }
          : undefined,
    };
  };
}

async function findPlaces(
  managers: readonly Manager[],
  { stage, sort, after, limit }: BacklogListQuery,
): Promise<FoundPlaces> {
  const query = { stage, sort, after, limit };
  const answers = await Promise.all(
    managers.map(async (manager) => ({
      manager,
      answer: await askManager<BacklogKeys>(manager, (done) => ({ type: 'list', query, done })),
    })),
  );
  return {
    places: answers.flatMap(({ manager, answer }) =>
      (answer?.keys ?? []).map((key) => ({ ...key, manager })),
    ),
    total: answers.reduce((sum, { answer }) => sum + (answer?.total ?? 0), 0),
  };
}

/** Every backlog that fits the rest of the filter is asked, and counted, whatever the page. */
async function findByAddress(
  managers: readonly Manager[],
  query: BacklogListQuery,
  networks: readonly Network[],
): Promise<FoundPlaces> {
  const isWanted = compileAddressSet(networks);
  const all = await findPlaces(managers, { ...query, after: undefined, limit: Infinity });
  const found: FoundPlace[] = [];
  for (let start = 0; start < all.places.length; start += ASKED_AT_ONCE) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const asked = all.places.slice(start, start + ASKED_AT_ONCE);
    const touching = new Set<string>();
    await eachManager(asked, async (manager, alarmIds) => {
      const ids = await askManager<readonly string[]>(manager, (done) => ({
        ...{ type: 'match-address', alarmIds, isWanted, done },
      }));
      for (const id of ids ?? []) touching.add(id);
    });
    found.push(...asked.filter(({ alarmId }) => touching.has(alarmId)));
  }
  const { after, sort } = query;
  const compare = comparePlaces(sort);
  const places = after === undefined ? found : found.filter((place) => compare(place, after) > 0);
  return { places, total: found.length };
}

/** The summaries of a page in its order; a backlog that ended meanwhile is left out. */
async function summarizeAll(page: readonly FoundPlace[]): Promise<BacklogSummary[]> {
  const found = new Map<string, BacklogSummary>();
  await eachManager(page, async (manager, alarmIds) => {
    const summaries = await askManager<readonly BacklogSummary[]>(manager, (done) => ({
      ...{ type: 'summarize', alarmIds, done },
    }));
    for (const summary of summaries ?? []) found.set(summary.alarmId, summary);
  });
  return page.flatMap(({ alarmId }) => found.get(alarmId) ?? []);
}

async function eachManager(
  places: readonly FoundPlace[],
  ask: (manager: Manager, alarmIds: readonly string[]) => Promise<void>,
): Promise<void> {
  const byManager = new Map<Manager, string[]>();
  for (const { manager, alarmId } of places) {
    const known = byManager.get(manager);
    if (known === undefined) byManager.set(manager, [alarmId]);
    else known.push(alarmId);
  }
  await Promise.all([...byManager].map(([manager, alarmIds]) => ask(manager, alarmIds)));
}
