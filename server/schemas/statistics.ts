import { z } from 'zod';
import { PAGE_ANSWER } from '../paging.ts';

const count = z.int().min(0);
const column = z.array(z.number());

/** Curves of the last day: columns of one length. */
export const seriesSchema = z
  .object({
    step: z.int().describe('Seconds of a sample'),
    times: z.array(z.int()).describe('Unix seconds at which each sample ends'),
    events_per_second: column.describe('Accepted'),
    refused_per_second: column.describe('Events and unparsed bodies'),
    queue: column.describe('Events in flight'),
    backlogs: column.describe('Live ones'),
    alarms_low: column.describe('Alarms that came to the class'),
    alarms_medium: column,
    alarms_high: column,
  })
  .meta({ id: 'Series' });

/** How many lasted how long. */
export const durationsSchema = z
  .object({
    count,
    sum: z.number().describe('Seconds'),
    bounds: z.array(z.number()).describe('Upper bounds in seconds, each included'),
    counts: z.array(count).describe('One more than bounds; the last has no bound'),
  })
  .meta({ id: 'Durations' });

const stageSchema = z
  .object({
    stage: z.int().min(1),
    events: count.describe('Events that backlogs accepted at it, once for each backlog'),
    finished: count.describe('Backlogs that finished it'),
    timed_out: count.describe('Backlogs that ended in it by time-out'),
    live: count.describe('Live backlogs at it'),
    last_event: z.int().nullable().describe('Unix seconds'),
    durations: durationsSchema.describe('Event time that finished stages took'),
  })
  .meta({ id: 'StageStatistics' });

const alarmsSchema = z
  .object({ low: count, medium: count, high: count })
  .describe('Alarms by each class that they came to');

/** What a directive has done and cost, kept over restarts. */
export const directiveStatisticsSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    since: z.int().describe('Unix seconds since when it counts'),
    events: count.describe('Events that concerned it'),
    events_day: count.describe('Those of the last 24 hours'),
    matches: count.describe('Events that a backlog consumed or that opened one'),
    backlogs: count.describe('Live ones'),
    alarms: alarmsSchema,
    work_seconds: z.number().describe('Time spent in it'),
    last_event: z.int().nullable().describe('Unix seconds'),
    stages: z.array(stageSchema),
  })
  .meta({ id: 'DirectiveStatistics' });
export type DirectiveStatisticsView = z.infer<typeof directiveStatisticsSchema>;

export const directiveStatisticsListSchema = z
  .object({ directives: z.array(directiveStatisticsSchema), ...PAGE_ANSWER })
  .meta({ id: 'DirectiveStatisticsList' });
