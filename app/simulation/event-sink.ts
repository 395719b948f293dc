import { open } from 'node:fs/promises';
import type { PostOutcome } from './event-poster.ts';

/** Where simulated events go. */
export interface EventSink {
  /** Takes JSON texts of events in their order. */
  readonly post: (events: readonly string[]) => Promise<PostOutcome>;
  readonly close: () => Promise<void>;
}

/** Appends events to a file, one a line, for a log shipper; rejects with the file system's error. */
export async function openFileSink(path: string): Promise<EventSink> {
  const file = await open(path, 'a');
  return {
    post: async (events) => {
      if (events.length > 0) await file.write(`${events.join('\n')}\n`);
      return { accepted: events.length, refused: [] };
    },
    close: () => file.close(),
  };
}
