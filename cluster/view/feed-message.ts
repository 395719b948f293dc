// What a backend tells its frontends of alarms and backlogs, four times a second at most.
import { z } from 'zod';
import type { EngineChange } from '../../core/alarm/alarm-state.ts';

/** A change as it is told: whole events stay on the node. */
export type ToldChange = Exclude<EngineChange, { readonly type: 'events' }>;

/** One message; those of a run are numbered from 1, so that a gap is seen. */
export interface FeedMessage {
  readonly node: string;
  readonly epoch: string;
  readonly number: number;
  /** How far in the backend's own count of changes one has come who has this and all before. */
  readonly to: number;
  /** None: nothing happened, and `number` is that of the message before. */
  readonly changes: readonly ToldChange[];
}

const changeShape: z.ZodType<ToldChange> = z.custom<ToldChange>((value) => {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  if (value.type === 'alarm') return 'state' in value && isObject(value.state);
  if (value.type === 'progress') return 'progress' in value && isObject(value.progress);
  if (value.type === 'backlog') return 'counts' in value && isObject(value.counts);
  return value.type === 'action' && 'action' in value && isObject(value.action);
});

const messageShape: z.ZodType<FeedMessage> = z.object({
  node: z.string(),
  epoch: z.string(),
  number: z.int().min(0),
  to: z.int().min(0),
  changes: z.array(changeShape),
});

/** The message, undefined when it is none. */
export function readFeedMessage(data: Uint8Array): FeedMessage | undefined {
  try {
    return messageShape.safeParse(JSON.parse(Buffer.from(data).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
