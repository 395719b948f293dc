// What the engine tells of its work to whoever traces it, and the W3C trace context that events carry (SPEC §1).
import type { NormalizedEvent } from '../event/normalized-event.ts';

/** A trace context as an event carries it. */
export type Carrier = NonNullable<NormalizedEvent['carrier']>;

/** Who traces. Each answers what to call when the work is done, or undefined when nobody wants to know. */
export interface Tracing {
  /** Events on their way into the engine; those without a context may be given one. */
  beginSubmission(events: readonly NormalizedEvent[]): ((outcome: string) => void) | undefined;
  /** A batch for one directive, from when its manager is asked to its answer. */
  beginBatch(
    directiveId: number,
    inputs: readonly { readonly event: NormalizedEvent }[],
  ): ((matched: number) => void) | undefined;
  /** A line of an alarm, from when it is decided to when it is on file. */
  beginAlarm(alarm: TracedAlarm): (() => void) | undefined;
}

/** An alarm's line as a trace shows it. */
export interface TracedAlarm {
  readonly carrier: NormalizedEvent['carrier'];
  readonly alarmId: string;
  readonly directiveId: number;
  readonly risk: number;
  readonly stage: number;
}

/** The length of a `traceparent` of version 00; its last character holds the sampled bit. */
const TRACE_PARENT_LENGTH = 55;

/** Whether the sender of an event wants it traced: a quick look at the flags; who traces checks the rest. */
export function isSampled(carrier: NormalizedEvent['carrier']): carrier is Carrier {
  if (carrier === undefined) return false;
  const parent = carrier['traceparent'];
  if (parent?.length !== TRACE_PARENT_LENGTH) return false;
  return (Number.parseInt(parent.charAt(TRACE_PARENT_LENGTH - 1), 16) & 1) === 1;
}
