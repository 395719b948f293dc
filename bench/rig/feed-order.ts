import { z } from 'zod';

/** What the process of feed clients is asked, as the JSON of its one argument. */
export const feedOrder = z.strictObject({
  port: z.number(),
  clients: z.number(),
  /** Clients besides that never read. */
  stuck: z.number(),
});
export type FeedOrder = z.infer<typeof feedOrder>;

/** What it prints once it was told, on standard input, the last line of each alarm by its id. */
export const feedReport = z.strictObject({
  clients: z.number(),
  /** Clients for whom the last state of an alarm was missing or another. */
  wrong: z.number(),
  /** Clients that the server closed. */
  closed: z.number(),
  gaps: z.number(),
  messages: z.number(),
  snapshots: z.number(),
  megabytes: z.number(),
  /** Different bytes of messages; each was made once by the server. */
  distinct: z.number(),
  /** One of the wrong ones, for who must find out why. */
  example: z.string(),
});
export type FeedReport = z.infer<typeof feedReport>;

/** A JSON value as a text that is the same whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
