import { z } from 'zod';
import type { DirectiveState, EngineQueries } from '../../actors/engine-port.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import type {
  DirectiveStatistics,
  StageStatistics,
} from '../../core/ledger/directive-statistics.ts';
import { sumOfDay } from '../../core/ledger/day-count.ts';
import type { EngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { SAMPLE_SECONDS, type Series, type SeriesQuery } from '../../core/ledger/sample-ring.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import type { Clock } from '../clock.ts';
import { AnswerError } from '../error-answer.ts';
import { tellMissing, type MaybePromise } from '../missing-nodes.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import {
  directiveStatisticsListSchema,
  seriesSchema,
  type DirectiveStatisticsView,
} from '../schemas/statistics.ts';

export interface StatisticsRoutesDeps {
  readonly directives: (query: FiguresQuery) => MaybePromise<FromNodes<FiguresPage>>;
  /** The samples of the last day. */
  readonly ring: { read(query: SeriesQuery): MaybePromise<Series> };
  readonly clock: Clock;
}

/** Directives are wanted largest value first, equal ones by id; `after` excludes everything up to and with it. */
export interface FiguresQuery {
  readonly id?: number | undefined;
  readonly sort: (typeof SORT_KEYS)[number];
  readonly after?: Pick<FiguresRow, 'value' | 'id'> | undefined;
  readonly limit: number;
}

/** What a directive has done; `value` is what it is sorted by. */
export interface FiguresRow {
  readonly id: number;
  readonly value: number;
  readonly statistics: DirectiveStatistics;
  readonly state: DirectiveState;
}

/** One page; `total` counts the rows of all pages. */
export interface FiguresPage {
  readonly rows: readonly FiguresRow[];
  readonly total: number;
  readonly hasMore: boolean;
}

const DAY_SECONDS = 86_400;

const seriesQuery = z.strictObject({
  since: wholeNumberText(0)
    .optional()
    .meta({ description: 'Samples that end after this, Unix seconds; a day ago unless given' }),
  until: wholeNumberText(0)
    .optional()
    .meta({ description: 'And not after this; now unless given' }),
  step: wholeNumberText(SAMPLE_SECONDS, DAY_SECONDS)
    .default(SAMPLE_SECONDS)
    .meta({ description: 'Seconds; samples are made one where it is more than 10' }),
});

const VALUES = {
  work: ({ workMs }: DirectiveStatistics) => workMs,
  events: ({ events }: DirectiveStatistics) => events,
  matches: ({ matches }: DirectiveStatistics) => matches,
  alarms: ({ alarms }: DirectiveStatistics) => alarms.Low + alarms.Medium + alarms.High,
  last_event: ({ lastEvent }: DirectiveStatistics) => lastEvent,
} as const;
const SORT_KEYS = ['work', 'events', 'matches', 'alarms', 'last_event'] as const;

const directivesQuery = z.strictObject({
  ...PAGE_QUERY,
  id: wholeNumberText(1).optional().meta({ description: 'Of this directive only' }),
  sort: z
    .enum(SORT_KEYS, `must be one of ${SORT_KEYS.join(', ')}`)
    .default('work')
    .describe('Largest first; by work unless given'),
});
type DirectivesQuery = z.infer<typeof directivesQuery>;

/** The sort key, its value and the id of the last row before the page. */
const placeSchema = z.tuple([z.enum(SORT_KEYS), z.number(), z.int()]);

/** The curves of the last day, and what each directive and stage has done and cost. */
export function statisticsRoutes(deps: StatisticsRoutesDeps): readonly AnyApiRoute[] {
  const { ring, clock } = deps;
  const series = defineRoute({
    ...{ method: 'get', path: '/statistics/series', summary: 'Shows the curves of the last day' },
    access: { role: 'reader' },
    query: seriesQuery,
    answers: { 200: seriesSchema },
    handle: async ({ query }) => {
      const now = Math.floor(clock.wallMs() / 1000);
      const { since = now - DAY_SECONDS, until = now, step } = query;
      return { status: 200, body: await ring.read({ since, until, step }) };
    },
  });
  const directives = defineRoute({
    ...{ method: 'get', path: '/statistics/directives' },
    summary: 'Lists what directives and their stages have done and cost, kept over restarts',
    access: { role: 'reader' },
    query: directivesQuery,
    answers: { 200: directiveStatisticsListSchema },
    handle: async ({ query }) => ({ status: 200, body: await listDirectives(deps, query) }),
  });
  return [series, directives];
}

async function listDirectives(
  { directives, clock }: StatisticsRoutesDeps,
  { id, sort, cursor, limit }: DirectivesQuery,
): Promise<object> {
  const place = decodeCursor(cursor, placeSchema);
  if (place !== undefined && place[0] !== sort) throw new AnswerError(BAD_CURSOR);
  const after = place === undefined ? undefined : { value: place[1], id: place[2] };
  const page = await directives({ id, sort, after, limit });
  const now = Math.floor(clock.wallMs() / 1000);
  const last = page.rows.at(-1);
  return {
    directives: page.rows.map((row) => describeRow(row, now)),
    total: page.total,
    next: page.hasMore && last !== undefined ? encodeCursor([sort, last.value, last.id]) : null,
    ...tellMissing(page),
  };
}

/** What the directives of one engine have done and cost. */
export function pageFigures(
  engine: Pick<EngineQueries, 'directive'>,
  { directives }: EngineStatistics,
  { id: wanted, sort, after, limit }: FiguresQuery,
): FiguresPage {
  const rows: FiguresRow[] = [];
  for (const [id, statistics] of directives.entries()) {
    if (wanted !== undefined && id !== wanted) continue;
    const state = engine.directive(id);
    // A directive of the same id under another name has done none of this.
    if (state?.name !== statistics.name) continue;
    rows.push({ id, value: VALUES[sort](statistics), statistics, state });
  }
  rows.sort(compareRows);
  const first = after === undefined ? 0 : rows.findIndex((row) => compareRows(row, after) > 0);
  const rest = first < 0 ? [] : rows.slice(first);
  return { rows: rest.slice(0, limit), total: rows.length, hasMore: rest.length > limit };
}

type FiguresPlace = Pick<FiguresRow, 'id' | 'value'>;

function compareRows(left: FiguresPlace, right: FiguresPlace): number {
  return right.value - left.value || left.id - right.id;
}

function describeRow({ id, statistics, state }: FiguresRow, now: number): DirectiveStatisticsView {
  const { name, since, events, matches, alarms, workMs, lastEvent, stages } = statistics;
  return {
    ...{ id, name, since, events, matches, backlogs: state.backlogs },
    events_day: sumOfDay(statistics.day, now),
    alarms: { low: alarms.Low, medium: alarms.Medium, high: alarms.High },
    work_seconds: Math.round(workMs) / 1000,
    last_event: lastEvent === 0 ? null : lastEvent,
    stages: stages.map((stage, index) =>
      describeStage(stage, index + 1, state.backlogsByStage[index] ?? 0),
    ),
  };
}

function describeStage(
  { events, finished, timedOut, lastEvent, durations }: StageStatistics,
  stage: number,
  live: number,
): DirectiveStatisticsView['stages'][number] {
  const { count, sum, bounds, counts } = durations;
  return {
    ...{ stage, events, finished, timed_out: timedOut, live },
    last_event: lastEvent === 0 ? null : lastEvent,
    durations: { count, sum, bounds: [...bounds], counts: [...counts] },
  };
}
