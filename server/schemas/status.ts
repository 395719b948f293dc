import { z } from 'zod';
import { reloadSchema } from './reload.ts';

const count = z.int().min(0);
const countsByName = z.record(z.string(), z.number());
const lineCounts = z
  .object({ decided: count, written: count, waiting: count, lost: count })
  .meta({ id: 'LineCounts' });

/** The book-keeping of events and lines: every figure counts since `since`. */
const ledgerSchema = z
  .object({
    since: z.int().describe('Unix seconds'),
    received: count,
    refused: z.record(z.string(), count).describe('By HTTP status'),
    accepted: count,
    unrouted: count,
    reached: count,
    no_directive: count,
    whitelisted: count,
    failed: count,
    lost: count,
    deliveries: count,
    deliveries_in_flight: count,
    consumed: count,
    opened: count,
    unmatched: count,
    out_of_order: count,
    deliveries_failed: count,
    alarm_lines: lineCounts,
    alarm_event_lines: lineCounts,
    imbalances: z
      .array(z.object({ equation: z.string(), difference: z.int() }))
      .describe('Equations that do not hold; anything here is an error of the engine'),
  })
  .meta({ id: 'Ledger' });

const noteSchema = z
  .object({ code: z.string(), message: z.string() })
  .meta({ id: 'ReadinessNote' });

/** Whether events can be taken; with what stands against it, and what does not but should be known. */
export const readinessSchema = z
  .object({ ready: z.boolean(), reasons: z.array(noteSchema), notes: z.array(noteSchema) })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof readinessSchema>;

export const statusSchema = z
  .object({
    version: z.string(),
    mode: z.string(),
    node: z.string().describe('Empty for a standalone engine without a name'),
    started: z.int().describe('Unix seconds'),
    uptime_seconds: count,
    readiness: readinessSchema,
    overloaded: z.boolean(),
    ledger: ledgerSchema,
    gauges: countsByName.describe('Figures of the moment by name'),
    counters: countsByName.describe('Running counters since the start by name'),
    limits: countsByName.describe('Bounds in force by name; 0 is no bound'),
    last_reload: reloadSchema,
  })
  .meta({ id: 'Status' });
export type StatusView = z.infer<typeof statusSchema>;
