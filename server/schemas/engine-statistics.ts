import { z } from 'zod';
import { durationsSchema } from './statistics.ts';

const count = z.int().min(0);

/** What the engine as a whole has done since its start, beside the ledger. */
export const engineStatisticsSchema = z
  .object({
    alarms_raised: count.describe('Alarms that got their first line'),
    event_seconds: durationsSchema.describe(
      'Time from the receipt of an event to its lines on file',
    ),
    feed_clients: count.describe('Open connections of the live feed, such as pages'),
    look_ups: z
      .array(
        z.object({
          ...{ source: z.string(), type: z.string(), asked: count },
          cached: count.describe('Answered out of the cache'),
          joined: count.describe('Answered by one that was under way'),
          ...{ answered: count, failed: count, timed_out: count },
          skipped: count.describe('Not asked: too many at once, or the source rests'),
          open: count.describe('Under way'),
          found: count.describe('Those that found something'),
        }),
      )
      .describe('By source; asked = all outcomes and those that are open'),
  })
  .meta({ id: 'EngineStatistics' });
export type EngineStatisticsView = z.infer<typeof engineStatisticsSchema>;
