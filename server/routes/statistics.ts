import { z } from 'zod';
import type { DirectiveState, EnginePort } from '../../actors/engine-port.ts';
import type {
  DirectiveStatistics,
  StageStatistics,
} from '../../core/ledger/directive-statistics.ts';
import type { EngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { SAMPLE_SECONDS, type SampleRing } from '../../core/ledger/sample-ring.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import type { Clock } from '../clock.ts';
import { AnswerError } from '../error-answer.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import {
  directiveStatisticsListSchema,
  seriesSchema,
  type DirectiveStatisticsView,
} from '../schemas/statistics.ts';

export interface StatisticsRoutesDeps {
  readonly engine: Pick<EnginePort, 'directive'>;
  readonly statistics: EngineStatistics;
  /** The samples of the last day. */
  readonly ring: Pick<SampleRing, 'read'>;
  readonly clock: Clock;
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
    handle: ({ query }) => {
      const now = Math.floor(clock.wallMs() / 1000);
      const { since = now - DAY_SECONDS, until = now, step } = query;
      return { status: 200, body: ring.read({ since, until, step }) };
    },
  });
  const directives = defineRoute({
    ...{ method: 'get', path: '/statistics/directives' },
    summary: 'Lists what directives and their stages have done and cost, kept over restarts',
    access: { role: 'reader' },
    query: directivesQuery,
    answers: { 200: directiveStatisticsListSchema },
    handle: ({ query }) => ({ status: 200, body: listDirectives(deps, query) }),
  });
  return [series, directives];
}

interface Row {
  readonly id: number;
  readonly value: number;
  readonly statistics: DirectiveStatistics;
  readonly state: DirectiveState;
}

function listDirectives(
  { engine, statistics }: StatisticsRoutesDeps,
  { id: wanted, sort, cursor, limit }: DirectivesQuery,
): unknown {
  const place = decodeCursor(cursor, placeSchema);
  if (place !== undefined && place[0] !== sort) throw new AnswerError(BAD_CURSOR);
  const rows: Row[] = [];
  for (const [id, found] of statistics.directives.entries()) {
    if (wanted !== undefined && id !== wanted) continue;
    const state = engine.directive(id);
    // A directive of the same id under another name has done none of this.
    if (state?.name !== found.name) continue;
    rows.push({ id, value: VALUES[sort](found), statistics: found, state });
  }
  rows.sort(compareRows);
  const after = place === undefined ? undefined : { value: place[1], id: place[2] };
  const first = after === undefined ? 0 : rows.findIndex((row) => compareRows(row, after) > 0);
  const page = first < 0 ? [] : rows.slice(first, first + limit);
  const last = page.at(-1);
  const isLast = last === undefined || first + page.length >= rows.length;
  return {
    directives: page.map(describeRow),
    total: rows.length,
    next: isLast ? null : encodeCursor([sort, last.value, last.id]),
  };
}

function compareRows(left: Pick<Row, 'id' | 'value'>, right: Pick<Row, 'id' | 'value'>): number {
  return right.value - left.value || left.id - right.id;
}

function describeRow({ id, statistics, state }: Row): DirectiveStatisticsView {
  const { name, since, events, matches, alarms, workMs, lastEvent, stages } = statistics;
  return {
    ...{ id, name, since, events, matches, backlogs: state.backlogs },
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
