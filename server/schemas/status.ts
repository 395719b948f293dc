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
    published: count.describe('Handed over to NATS by a frontend'),
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

/** How a backend does, as its frontend tells. */
const nodeSchema = z
  .object({
    node: z.string(),
    version: z.string(),
    since: z.int().describe('When it was started, Unix seconds; 0 when it does not tell'),
    last_seen: z.int().describe('Unix seconds; 0 for never'),
    answers: z.boolean().describe('false: all below is not known'),
    ready: z.boolean(),
    reasons: z.array(noteSchema).describe('What stands against it'),
    notes: z.array(noteSchema),
    overloaded: z.boolean(),
    ledger: countsByName.describe('Its own, in sum'),
    gauges: countsByName.describe('Figures of the moment by name'),
    directives: count.nullable(),
    alarms: count.nullable().describe('Kept by its store'),
    last_reload: reloadSchema.nullable(),
  })
  .meta({ id: 'NodeStatus' });
export type NodeView = z.infer<typeof nodeSchema>;

/** Something about the cluster as a whole that an operator should know. */
const findingSchema = z
  .object({
    code: z.enum([
      ...(['nats_away', 'node_away', 'duplicate_node', 'duplicate_directive'] as const),
      ...(['unheld_directives', 'doubly_held_file'] as const),
    ]),
    message: z.string(),
    nodes: z.array(z.string()).exactOptional(),
    file: z.string().exactOptional(),
    events: count.exactOptional().describe('Published since no backend of ours holds the file'),
    directives: z.array(z.int()).exactOptional().describe('The first hundred'),
  })
  .meta({ id: 'ClusterFinding' });
export type FindingView = z.infer<typeof findingSchema>;

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
    alarm_store: z
      .object({
        kind: z.enum(['memory', 'file']),
        alarms: count,
        bytes: count,
        lag_seconds: z.number().min(0).describe('How old the oldest change is that waits'),
        ...{ decided: count, written: count, lost: count },
        failure: z.string().nullable().describe('Why it does not work just now'),
      })
      .meta({ id: 'AlarmStore' }),
    elasticsearch: z
      .object({
        queued: count,
        sent: count,
        failed: count,
        lost: count,
        last_error: z.string().nullable(),
      })
      .nullable()
      .describe('Changes of alarms on their way to Elasticsearch; null without one'),
    limits: countsByName.describe('Bounds in force by name; 0 is no bound'),
    last_reload: reloadSchema,
    nodes: z.array(nodeSchema).exactOptional().describe('Of a frontend: its backends, by name'),
    findings: z
      .array(findingSchema)
      .exactOptional()
      .describe('Of a frontend: what is amiss in the cluster'),
  })
  .meta({ id: 'Status' });
export type StatusView = z.infer<typeof statusSchema>;
