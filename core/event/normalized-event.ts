import type { Address } from '../address/address.ts';

/** One security log record in the common format of SPEC §1, checked and in a fixed shape: absent numbers are 0, absent texts ''. */
export interface NormalizedEvent {
  readonly eventId: string;
  /** RFC 3339, as the sender wrote it. */
  readonly timestamp: string;
  /** The instant of `timestamp` in whole Unix seconds, rounded down: the precision that correlation works with. */
  readonly timeSeconds: number;
  readonly title: string;
  readonly sensor: string;
  /** Canonical text of the source address; equal texts are equal addresses. */
  readonly srcIp: string;
  readonly dstIp: string;
  readonly srcAddress: Address;
  readonly dstAddress: Address;
  readonly pluginId: number;
  readonly pluginSid: number;
  readonly product: string;
  readonly category: string;
  readonly subcategory: string;
  readonly protocol: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly customLabel1: string;
  readonly customData1: string;
  readonly customLabel2: string;
  readonly customData2: string;
  readonly customLabel3: string;
  readonly customData3: string;
  /** Running number of accepted events of the frontend, from 1; 0 before it is admitted. Set by the intake. */
  connId: number;
  /** When the frontend received it, Unix milliseconds with fraction; 0 when not known. Set by the intake. */
  receivedMs: number;
  /** W3C trace context of the sender, when it sent one; else set by the frontend when it traces the event. */
  carrier: Readonly<Record<string, string>> | undefined;
}
