import { z } from 'zod';
import { PAGE_ANSWER } from '../paging.ts';

/** A live backlog in a list. */
export const backlogRowSchema = z
  .object({
    alarm_id: z.string(),
    directive_id: z.int(),
    title: z.string(),
    risk: z.int(),
    from: z.array(z.string()),
    to: z.array(z.string()),
    stage: z.int().min(1),
    stages: z.int().min(1),
    events: z.int().min(0).describe('Distinct events of the stage'),
    needed: z.int().min(1).describe('Distinct events that finish the stage'),
    opened: z.int().describe('Time of its first event, Unix seconds'),
    last_event: z.int().describe('Time of the last event that it accepted, Unix seconds'),
    deadline: z.int().describe('The last second in which the stage lives, Unix seconds'),
    allowed: z.int().min(0).describe('Seconds from the beginning of the stage to the deadline'),
    names: z
      .record(z.string(), z.string())
      .describe('Asset names of its addresses, by address; only those that have one'),
  })
  .meta({ id: 'BacklogRow' });
export type BacklogRow = z.infer<typeof backlogRowSchema>;

export const backlogListSchema = z
  .object({ backlogs: z.array(backlogRowSchema), ...PAGE_ANSWER })
  .meta({ id: 'BacklogList' });

/** A live backlog in full, with the keys of its saved file. */
export const backlogSchema = z
  .record(z.string(), z.unknown())
  .meta({ id: 'Backlog', description: 'The backlog as its saved file would hold it' });
