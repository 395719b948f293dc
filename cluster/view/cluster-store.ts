import { mergeFacets } from '../../core/alarm/alarm-facets.ts';
import { mergePages } from '../../core/alarm/merge-pages.ts';
import { NodesAwayError } from '../../core/cluster/nodes-away-error.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import type { AlarmFacetQuery, AlarmStore, SelectedAlarms } from '../../state/alarm-store.ts';
import { ALARM_CALLS } from './alarm-calls.ts';
import { MOST_FACET_VALUES } from './alarm-shapes.ts';
import { lacking, type AskAll, type NodeAnswers } from './ask-all.ts';
import { askStatistics } from './cluster-statistics.ts';
import type { SequenceBook } from './sequence-book.ts';
import { backendKey } from './view-subjects.ts';

export interface ClusterStoreDeps {
  readonly nodes: AskAll;
  readonly book: SequenceBook;
}

/** The alarms of all backends as those of one store; sequences are the frontend's own. */
export type ClusterStore = Pick<
  AlarmStore,
  | 'list'
  | 'facets'
  | 'get'
  | 'events'
  | 'statistics'
  | 'countByAddress'
  | 'find'
  | 'select'
  | 'snapshot'
>;

/** Facets are asked for with so many values first: that is all there are in most clusters. */
const SOME_VALUES = 1_000;

/**
 * Every promise rejects with NodesAwayError when no backend answers, and where the alarm may be on one that does not.
 * Answers that lack a backend's part name it.
 */
export function createClusterStore({ nodes, book }: ClusterStoreDeps): ClusterStore {
  return {
    list: async (query) => {
      // What was told to the frontend by now was in the backend's store before, so the page has it.
      const sequence = book.beginList();
      const { answers, missing } = await nodes.ask(ALARM_CALLS.list, query);
      for (const { backend, answer } of answers) {
        book.noteList(sequence, backendKey(backend), answer.sequence);
      }
      const pages = answers.map(({ answer }) => answer);
      return { ...mergePages(pages, query.sort, query.limit), sequence, ...lacking(missing) };
    },
    facets: (query) => askFacets(nodes, query),
    get: async (id) => findOne(await nodes.ask(ALARM_CALLS.get, id)),
    events: async (query) => {
      const { answers, missing } = await nodes.ask(ALARM_CALLS.events, query);
      const found = answers.find(({ answer }) => answer.events.length > 0)?.answer;
      if (found === undefined && missing.length > 0) throw new NodesAwayError(missing);
      return found ?? { events: [], next: undefined };
    },
    statistics: (query) => askStatistics(nodes, query),
    countByAddress: async (addresses, exceptId) => {
      const { answers } = await nodes.ask(ALARM_CALLS.countByAddress, { addresses, exceptId });
      return addresses.map((_, index) =>
        answers.reduce((sum, { answer }) => sum + (answer[index] ?? 0), 0),
      );
    },
    find: async (ids) => {
      const { answers } = await nodes.ask(ALARM_CALLS.find, ids);
      const found = new Map(
        answers.flatMap(({ answer }) => answer).map((one) => [one.alarm.alarm_id, one]),
      );
      return ids.map((id) => found.get(id)).filter((one) => one !== undefined);
    },
    select: (selection) => select(nodes, book, selection),
    snapshot: async (limit) => {
      const sequence = book.current;
      const { answers } = await nodes.ask(ALARM_CALLS.snapshot, { limit });
      const alarms = answers.flatMap(({ answer }) => answer.alarms);
      alarms.sort(
        (left, right) =>
          right.alarm.update_time - left.alarm.update_time ||
          (left.alarm.alarm_id < right.alarm.alarm_id ? -1 : 1),
      );
      return { sequence, alarms: alarms.slice(0, limit) };
    },
  };
}

/** The first that is there; NodesAwayError when none is and one that did not answer may have it. */
export function findOne<Answer>({
  answers,
  missing,
}: NodeAnswers<Answer | undefined>): Answer | undefined {
  const found = answers.find(({ answer }) => answer !== undefined && answer !== null);
  if (found === undefined && missing.length > 0) throw new NodesAwayError(missing);
  return found?.answer;
}

/** Exact while no facet has more than MOST_FACET_VALUES values on one node. */
async function askFacets(
  nodes: AskAll,
  { filter, limit }: AlarmFacetQuery,
): ReturnType<AlarmStore['facets']> {
  const few = Math.min(MOST_FACET_VALUES, Math.max(limit, SOME_VALUES));
  let { answers, missing } = await nodes.ask(ALARM_CALLS.facets, { filter, limit: few });
  const isCut = answers.some(({ answer }) =>
    Object.values(answer).some(({ rest }) => rest.values > 0),
  );
  if (isCut && answers.length > 1) {
    ({ answers, missing } = await nodes.ask(ALARM_CALLS.facets, {
      ...{ filter, limit: MOST_FACET_VALUES },
    }));
  }
  const parts = answers.map(({ answer }) => answer);
  return { ...mergeFacets(parts, limit), ...lacking(missing) };
}

/** The next by id; each backend leaves out what it had not told, or listed, by then. */
async function select(
  nodes: AskAll,
  book: SequenceBook,
  selection: Parameters<AlarmStore['select']>[0],
): Promise<FromNodes<SelectedAlarms>> {
  const { asOf, limit } = selection;
  const { answers, missing } = await nodes.askWith(ALARM_CALLS.select, (backend) => ({
    ...selection,
    asOf: book.placeAt(asOf, backendKey(backend)),
  }));
  const alarms = answers
    .flatMap(({ answer }) => answer.alarms)
    .sort((left, right) => (left.alarm.alarm_id < right.alarm.alarm_id ? -1 : 1));
  const left = answers.reduce((sum, { answer }) => sum + answer.left, 0);
  const cut = Math.max(0, alarms.length - limit);
  return { alarms: alarms.slice(0, limit), left: left + cut, ...lacking(missing) };
}
