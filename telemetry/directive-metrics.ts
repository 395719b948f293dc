import type { DirectiveStatistics, StageStatistics } from '../core/ledger/directive-statistics.ts';
import type { Figures } from './figures.ts';
import { counter, gauge, type Metric, type Point } from './metric.ts';

/** How many directives have series of their own: those that have cost most, so that labels stay few. */
const BUSIEST_DIRECTIVES = 50;

interface Busy {
  readonly directive: string;
  readonly statistics: DirectiveStatistics;
  readonly backlogs: number;
  readonly backlogsByStage: readonly number[];
}

/** Series of the busiest directives and their stages; counts are kept over restarts. */
export function collectDirectiveMetrics({
  statistics,
  engine,
}: Pick<Figures, 'statistics' | 'engine'>): Metric[] {
  const busiest = [...statistics.directives.entries()]
    .sort(([, left], [, right]) => right.workMs - left.workMs)
    .flatMap(([id, found]) => {
      const state = engine.directive(id);
      if (state?.name !== found.name) return [];
      const { backlogs, backlogsByStage } = state;
      return [{ directive: String(id), statistics: found, backlogs, backlogsByStage }];
    })
    .slice(0, BUSIEST_DIRECTIVES);
  return busiest.length === 0 ? [] : [...ofDirectives(busiest), ...ofStages(busiest)];
}

function ofDirectives(busiest: readonly Busy[]): Metric[] {
  const each = (read: (busy: Busy) => number): Point[] =>
    busiest.map((busy) => ({ labels: { directive: busy.directive }, value: read(busy) }));
  const classes = busiest.flatMap(({ directive, statistics: { alarms } }) =>
    Object.entries(alarms).map(([name, value]) => ({
      labels: { directive, risk_class: name.toLowerCase() },
      value,
    })),
  );
  return [
    counter(
      'dsiem_directive_events',
      'Deliveries to the directive',
      each(({ statistics }) => statistics.events),
    ),
    counter(
      'dsiem_directive_matches',
      'Deliveries that matched',
      each(({ statistics }) => statistics.matches),
    ),
    counter(
      'dsiem_directive_work_seconds',
      'Time spent in manager and backlogs of the directive',
      each(({ statistics }) => statistics.workMs / 1000),
    ),
    counter('dsiem_directive_alarms', 'Alarms by each risk class that they came to', classes),
    gauge(
      'dsiem_directive_backlogs',
      'Live backlogs of the directive',
      each(({ backlogs }) => backlogs),
    ),
  ];
}

function ofStages(busiest: readonly Busy[]): Metric[] {
  const each = (read: (stage: StageStatistics) => number): Point[] =>
    busiest.flatMap(({ directive, statistics }) =>
      statistics.stages.map((stage, index) => ({
        labels: { directive, stage: String(index + 1) },
        value: read(stage),
      })),
    );
  const live = busiest.flatMap(({ directive, backlogsByStage }) =>
    backlogsByStage.map((value, index) => ({
      labels: { directive, stage: String(index + 1) },
      value,
    })),
  );
  return [
    counter(
      'dsiem_stage_events',
      'Events that backlogs accepted at the stage',
      each(({ events }) => events),
    ),
    counter(
      'dsiem_stage_finished',
      'Backlogs that finished the stage',
      each(({ finished }) => finished),
    ),
    counter(
      'dsiem_stage_timed_out',
      'Backlogs that ended in the stage by time-out',
      each(({ timedOut }) => timedOut),
    ),
    counter(
      'dsiem_stage_duration_seconds',
      'Event time that finished stages took, summed',
      each(({ durations }) => durations.sum),
    ),
    gauge('dsiem_stage_backlogs', 'Live backlogs at the stage', live),
  ];
}
