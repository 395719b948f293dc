import type { NumberRange } from './number-ranges.ts';
import { packMessages, type OutgoingMessage, type PackRules } from './pack-messages.ts';
import type { Request } from './waiting-line.ts';

/** What was published in one event-loop turn and is not confirmed. */
export interface Batch {
  readonly requests: readonly Request[];
  /** Its events. */
  readonly count: number;
  readonly messages: readonly OutgoingMessage[];
  /** The conn_ids, when they are on `dsiem_events`. */
  readonly plain: NumberRange | undefined;
  /** The numbers of shared events, when they are on our own subject. */
  readonly shared: NumberRange | undefined;
  /** Its requests were answered 503. */
  isVoid: boolean;
  wasSent: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** The events of a turn as they go on the wire. */
export interface BatchContent extends PackRules {
  readonly texts: readonly string[];
  /** The conn_id of the first event. */
  readonly firstId: number;
}

/** A batch that was not sent yet. */
export function createBatch(requests: readonly Request[], content: BatchContent): Batch {
  const { texts, firstId, shared } = content;
  return {
    requests,
    count: texts.length,
    messages: packMessages(texts, content),
    plain: shared === undefined ? { first: firstId, end: firstId + texts.length } : undefined,
    shared: shared && { first: shared.first, end: shared.first + texts.length },
    isVoid: false,
    wasSent: false,
    timer: undefined,
  };
}
