import { canonicalText, parseAddress } from '../address/address.ts';
import {
  isCarrier,
  isEventNumber,
  isJsonObject,
  isReceiveTime,
  LAST_NUMBER,
  LAST_PORT,
} from './event-fields.ts';
import { parseEventTime } from './event-time.ts';
import type { NormalizedEvent } from './normalized-event.ts';

type Carrier = Readonly<Record<string, string>>;

const NANOSECONDS_A_MILLISECOND = 1_000_000;

/**
 * Copies a parsed JSON value into the fixed shape of SPEC §1; undefined when it is no valid event (`explainEvent` says
 * why). Unknown keys are ignored; the Go version's `trace_parent` and `trace_state` are taken where there is no carrier.
 */
export function parseEvent(value: unknown): NormalizedEvent | undefined {
  if (!isJsonObject(value)) return undefined;
  const eventId = value['event_id'];
  const timestamp = value['timestamp'];
  const title = value['title'];
  const sensor = value['sensor'];
  const srcIp = value['src_ip'];
  const dstIp = value['dst_ip'];
  if (typeof eventId !== 'string' || typeof title !== 'string' || typeof sensor !== 'string') {
    return undefined;
  }
  if (typeof timestamp !== 'string' || typeof srcIp !== 'string' || typeof dstIp !== 'string') {
    return undefined;
  }
  if (eventId === '' || title === '' || sensor === '') return undefined;
  const timeSeconds = parseEventTime(timestamp);
  const srcAddress = parseAddress(srcIp);
  const dstAddress = parseAddress(dstIp);
  if (timeSeconds === undefined || srcAddress === undefined || dstAddress === undefined) {
    return undefined;
  }
  const pluginId = numberOf(value['plugin_id'], LAST_NUMBER);
  const pluginSid = numberOf(value['plugin_sid'], LAST_NUMBER);
  const srcPort = numberOf(value['src_port'], LAST_PORT);
  const dstPort = numberOf(value['dst_port'], LAST_PORT);
  const connId = numberOf(value['conn_id'], LAST_NUMBER);
  if (pluginId < 0 || pluginSid < 0 || srcPort < 0 || dstPort < 0 || connId < 0) return undefined;
  const product = textOf(value['product']);
  const category = textOf(value['category']);
  const subcategory = textOf(value['subcategory']);
  const protocol = textOf(value['protocol']);
  if (product === undefined || category === undefined) return undefined;
  if (subcategory === undefined || protocol === undefined) return undefined;
  if ((pluginId === 0 || pluginSid === 0) && (product === '' || category === '')) return undefined;
  const customLabel1 = textOf(value['custom_label1']);
  const customData1 = textOf(value['custom_data1']);
  const customLabel2 = textOf(value['custom_label2']);
  const customData2 = textOf(value['custom_data2']);
  const customLabel3 = textOf(value['custom_label3']);
  const customData3 = textOf(value['custom_data3']);
  if (customLabel1 === undefined || customData1 === undefined) return undefined;
  if (customLabel2 === undefined || customData2 === undefined) return undefined;
  if (customLabel3 === undefined || customData3 === undefined) return undefined;
  const rcvdTime = value['rcvd_time'] ?? 0;
  const carrier = value['carrier'];
  if (value['rcvd_time'] === null || !isReceiveTime(rcvdTime)) return undefined;
  if (carrier !== undefined && !isCarrier(carrier)) return undefined;
  return {
    eventId,
    timestamp,
    timeSeconds,
    title,
    sensor,
    srcIp: canonicalText(srcIp, srcAddress),
    dstIp: canonicalText(dstIp, dstAddress),
    srcAddress,
    dstAddress,
    pluginId,
    pluginSid,
    product,
    category,
    subcategory,
    protocol,
    srcPort,
    dstPort,
    customLabel1,
    customData1,
    customLabel2,
    customData2,
    customLabel3,
    customData3,
    connId,
    receivedMs: rcvdTime / NANOSECONDS_A_MILLISECOND,
    carrier: carrier ?? carrierOfGo(value['trace_parent'], value['trace_state']),
  };
}

/** An optional number: 0 when absent, −1 when it is none of those allowed. */
function numberOf(value: unknown, last: number): number {
  if (value === undefined) return 0;
  return isEventNumber(value, last) ? value : -1;
}

/** An optional text: '' when absent, undefined when it is no text. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : undefined;
}

function carrierOfGo(traceParent: unknown, traceState: unknown): Carrier | undefined {
  if (typeof traceParent !== 'string' || traceParent === '') return undefined;
  const tracestate = typeof traceState === 'string' ? traceState : '';
  return { traceparent: traceParent, tracestate };
}
