import type { DirectiveRow } from '../../server/schemas/directive.ts';
import type { DirectiveStatisticsView } from '../../server/schemas/statistics.ts';
import type { AlarmCounts, DirectiveEntry } from '../../web/directives/entry.ts';

type Stage = DirectiveStatisticsView['stages'][number];

/** The statistics of a stage in which nothing has happened, unless changed. */
export function createStage(stage: number, changes: Partial<Stage> = {}): Stage {
  return {
    ...{ stage, events: 0, finished: 0, timed_out: 0, live: 0, last_event: null },
    durations: { count: 0, sum: 0, bounds: [1, 60, 3600], counts: [0, 0, 0, 0] },
    ...changes,
  };
}

/** A directive of three stages that is on and has done nothing, unless changed. */
export function createEntry(changes: {
  readonly row?: Partial<DirectiveRow>;
  readonly statistics?: Partial<DirectiveStatisticsView>;
  readonly alarms?: Partial<AlarmCounts>;
}): DirectiveEntry {
  const { row, statistics, alarms } = changes;
  const id = row?.id ?? 1;
  return {
    row: {
      ...{ id, name: `directive ${String(id)}`, file: 'directives_a.json', enabled: true },
      ...{ disabled: false, off: null, warnings: 0, stages: 3, sources: ['4003'] },
      ...{ matched: 0, opened: 0, completed: 0, timed_out: 0, alarms: 0, backlogs: 0 },
      ...{ backlogs_by_stage: [], last_matched: null },
      ...row,
    },
    statistics:
      statistics === undefined
        ? null
        : {
            ...{ id, name: `directive ${String(id)}`, since: 0, events: 0, events_day: 0 },
            ...{ matches: 0, backlogs: 0, work_seconds: 0, last_event: null, stages: [] },
            alarms: { low: 0, medium: 0, high: 0 },
            ...statistics,
          },
    alarms: { high: 0, medium: 0, low: 0, falsePositive: 0, ...alarms },
  };
}
