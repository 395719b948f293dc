import type { NormalizedEvent } from './normalized-event.ts';

/**
 * What references and correlation keys use of the first event that a stage accepted (SPEC §2). A field is undefined
 * when it is not known, which only a backlog file of the reference can cause: then it equals nothing.
 */
export interface FirstEvent {
  readonly srcIp: string | undefined;
  readonly dstIp: string | undefined;
  readonly srcPort: number | undefined;
  readonly dstPort: number | undefined;
  readonly protocol: string | undefined;
  readonly customData1: string | undefined;
  readonly customData2: string | undefined;
  readonly customData3: string | undefined;
}

/** The fields of `event` that a backlog remembers; a copy, so that the event itself can go. */
export function rememberFirstEvent(event: NormalizedEvent): FirstEvent {
  return {
    srcIp: event.srcIp,
    dstIp: event.dstIp,
    srcPort: event.srcPort,
    dstPort: event.dstPort,
    protocol: event.protocol,
    customData1: event.customData1,
    customData2: event.customData2,
    customData3: event.customData3,
  };
}
