import { formatEventTime } from './event-time.ts';
import type { NormalizedEvent } from './normalized-event.ts';

/**
 * The event as frontends put it on the wire and the store keeps it: every key of SPEC §1 in the reference's order,
 * times in UTC, addresses canonical, rcvd_time in whole nanoseconds. Half surrogate pairs, which the reference's reader
 * refuses, become replacement characters.
 */
export function writeWireEvent(event: NormalizedEvent): string {
  const { connId, receivedMs, carrier } = event;
  const received = receivedMs === 0 ? '0' : `${String(Math.round(receivedMs * 1000))}000`;
  const time = formatEventTime(event.timestamp) ?? event.timestamp;
  return (
    `{"event_id":${quote(event.eventId)},"timestamp":"${time}","sensor":${quote(event.sensor)}` +
    `,"title":${quote(event.title)},"src_ip":"${event.srcIp}","dst_ip":"${event.dstIp}"` +
    `,"plugin_id":${String(event.pluginId)},"plugin_sid":${String(event.pluginSid)}` +
    `,"product":${quote(event.product)},"category":${quote(event.category)}` +
    `,"subcategory":${quote(event.subcategory)},"src_port":${String(event.srcPort)}` +
    `,"dst_port":${String(event.dstPort)},"protocol":${quote(event.protocol)},"conn_id":${String(connId)}` +
    `,"custom_data1":${quote(event.customData1)},"custom_label1":${quote(event.customLabel1)}` +
    `,"custom_data2":${quote(event.customData2)},"custom_label2":${quote(event.customLabel2)}` +
    `,"custom_data3":${quote(event.customData3)},"custom_label3":${quote(event.customLabel3)}` +
    `,"rcvd_time":${received},"carrier":${carrier === undefined ? '{}' : quoteCarrier(carrier)}}`
  );
}

/** Most fields of most events are empty. */
function quote(text: string): string {
  return text === '' ? '""' : JSON.stringify(text.toWellFormed());
}

function quoteCarrier(carrier: Readonly<Record<string, string>>): string {
  const entries = Object.entries(carrier).map(([key, value]) => [
    key.toWellFormed(),
    value.toWellFormed(),
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}
