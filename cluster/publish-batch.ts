import type { NumberRange } from './number-ranges.ts';
import {
  packSingly,
  packTogether,
  type OutgoingMessage,
  type SharedFrame,
} from './pack-messages.ts';
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

/** How the events of a turn go on the wire. */
export interface BatchFrame extends SharedFrame {
  /** Whether several may share a message. */
  readonly isShared: boolean;
  /** Bytes that the events of one message may take. */
  readonly maxBytes: number;
}

/** A batch that was not sent yet; its events have their conn_id and time of arrival. */
export function createBatch(
  requests: readonly Request[],
  { isShared, maxBytes, ...frame }: BatchFrame,
): Batch {
  const { first, firstId } = frame;
  const count = requests.reduce((sum, { events }) => sum + events.length, 0);
  return {
    requests,
    count,
    messages: isShared ? packTogether(requests, frame, maxBytes) : packSingly(requests),
    plain: isShared ? undefined : { first: firstId, end: firstId + count },
    shared: isShared ? { first, end: first + count } : undefined,
    isVoid: false,
    wasSent: false,
    timer: undefined,
  };
}
