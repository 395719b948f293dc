import { z } from 'zod';

/** What the load generator is asked to send, as the JSON of its one argument. */
export const loadOrder = z.strictObject({
  port: z.number(),
  connections: z.number(),
  /** Events in the array of a request; 0 = single events. */
  arrayOf: z.number(),
  directives: z.number(),
  attackers: z.number(),
  oneIn: z.number(),
  timestamp: z.string(),
  /** Number of the first event. */
  first: z.number(),
  /** Ends after this many events (a multiple of arrayOf), or after `seconds`. */
  events: z.number().nullable(),
  seconds: z.number(),
  /** Events per second offered whatever the answers, or null: each connection sends as soon as it is answered. */
  rate: z.number().nullable(),
});
export type LoadOrder = z.infer<typeof loadOrder>;

/** What became of the load, as the JSON that the load generator prints. */
export const loadReport = z.strictObject({
  /** Unix milliseconds of the first request. */
  startedAt: z.number(),
  /** From the first request to the last answer. */
  seconds: z.number(),
  requests: z.number(),
  /** Events of requests that were answered 200, and those of them that a directive knows. */
  accepted: z.number(),
  known: z.number(),
  /** Events sent, whatever the answer; and due at `rate` but not sent because every connection was waiting. */
  sent: z.number(),
  unsent: z.number(),
  /** Requests by status. */
  statuses: z.record(z.string(), z.number()),
  /** Connections that broke. */
  broken: z.number(),
  /** Processor seconds that the generator itself used for it. */
  cpuSeconds: z.number(),
});
export type LoadReport = z.infer<typeof loadReport>;
