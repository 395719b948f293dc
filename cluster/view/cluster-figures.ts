// What directives of all backends have done, and the curves of the cluster.
import { SAMPLE_SECONDS, type Series, type SeriesQuery } from '../../core/ledger/sample-ring.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import type { FiguresPage, FiguresQuery } from '../../server/routes/statistics.ts';
import { lacking, type AskAll } from './ask-all.ts';
import { ENGINE_CALLS } from './engine-calls.ts';

/** The page of all backends; one that does not answer is named. */
export async function readFigures(
  nodes: AskAll,
  query: FiguresQuery,
): Promise<FromNodes<FiguresPage>> {
  const { answers, missing } = await nodes.ask(ENGINE_CALLS.figures, query);
  const pages = answers.map(({ answer }) => answer);
  const rows = pages
    .flatMap((page) => page.rows)
    .sort((left, right) => right.value - left.value || left.id - right.id);
  return {
    rows: rows.slice(0, query.limit),
    total: pages.reduce((sum, { total }) => sum + total, 0),
    hasMore: rows.length > query.limit || pages.some(({ hasMore }) => hasMore),
    ...lacking(missing),
  };
}

/**
 * The curves of the cluster: events and refusals are the frontend's `own`, since every backend gets every event; queue,
 * backlogs and alarms are the backends' in sum.
 */
export async function readSeries(
  nodes: AskAll,
  own: { read(query: SeriesQuery): Series },
  query: SeriesQuery,
): Promise<Series> {
  const { answers } = await nodes.ask(ENGINE_CALLS.series, query);
  const step = Math.max(query.step, SAMPLE_SECONDS);
  const parts = answers.map(({ answer }) => align(answer, step));
  const front = align(own.read(query), step);
  const times = [...new Set([front, ...parts].flatMap((part) => [...part.keys()]))];
  times.sort((left, right) => left - right);
  const sumOf = (field: Field): number[] =>
    times.map((time) => parts.reduce((sum, part) => sum + (part.get(time)?.[field] ?? 0), 0));
  const ownOf = (field: Field): number[] => times.map((time) => front.get(time)?.[field] ?? 0);
  return {
    ...{ step, times },
    ...{ events_per_second: ownOf('events_per_second') },
    ...{ refused_per_second: ownOf('refused_per_second') },
    ...{ queue: sumOf('queue'), backlogs: sumOf('backlogs') },
    ...{ alarms_low: sumOf('alarms_low'), alarms_medium: sumOf('alarms_medium') },
    alarms_high: sumOf('alarms_high'),
  };
}

type Field = Exclude<keyof Series, 'step' | 'times'>;
type Sample = Record<Field, number>;

const COUNTS = ['alarms_low', 'alarms_medium', 'alarms_high'] as const satisfies Field[];

/** Samples by the multiple of `step` in which they end: each node has its own seconds. */
function align(series: Series, step: number): Map<number, Sample> {
  const found = new Map<number, Sample>();
  for (const [index, time] of series.times.entries()) {
    const end = Math.ceil(time / step) * step;
    const sample = sampleAt(series, index);
    const known = found.get(end);
    // two within one step: the newer rates, and all that was counted
    if (known !== undefined) for (const field of COUNTS) sample[field] += known[field];
    found.set(end, sample);
  }
  return found;
}

function sampleAt(series: Series, index: number): Sample {
  const of = (field: Field): number => series[field][index] ?? 0;
  return {
    ...{ events_per_second: of('events_per_second'), refused_per_second: of('refused_per_second') },
    ...{ queue: of('queue'), backlogs: of('backlogs') },
    ...{ alarms_low: of('alarms_low'), alarms_medium: of('alarms_medium') },
    alarms_high: of('alarms_high'),
  };
}
