import { socketAddress } from '../address/address.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';
import type { Backlog } from './backlog.ts';

/** Adds what every accepted event adds: addresses, ip:port pairs, custom data, update time. */
export function gatherEvent(backlog: Backlog, event: NormalizedEvent, now: number): void {
  const { lastSource, lastDestination } = backlog;
  if (lastSource.port !== event.srcPort || lastSource.ip !== event.srcIp) {
    addAddress(backlog.srcIps, event.srcIp);
    backlog.srcSockets.add(socketAddress(event.srcIp, event.srcPort));
    lastSource.ip = event.srcIp;
    lastSource.port = event.srcPort;
  }
  if (lastDestination.port !== event.dstPort || lastDestination.ip !== event.dstIp) {
    addAddress(backlog.dstIps, event.dstIp);
    backlog.dstSockets.add(socketAddress(event.dstIp, event.dstPort));
    lastDestination.ip = event.dstIp;
    lastDestination.port = event.dstPort;
  }
  addCustomData(backlog, event.customLabel1, event.customData1);
  addCustomData(backlog, event.customLabel2, event.customData2);
  addCustomData(backlog, event.customLabel3, event.customData3);
  backlog.updateTime = now;
  backlog.eventCount += 1;
  backlog.lastEventTime = event.timeSeconds;
  if (event.carrier !== undefined) backlog.carrier = event.carrier;
}

const UNSPECIFIED = '0.0.0.0';

function addAddress(ips: Set<string>, ip: string): void {
  if (ips.has(ip)) return;
  ips.add(ip);
  if (ips.size > 1) ips.delete(UNSPECIFIED);
}

function addCustomData(backlog: Backlog, label: string, content: string): void {
  if (content === '') return;
  const { customData } = backlog;
  if (customData.some((entry) => entry.content === content && entry.label === label)) return;
  customData.push({ label, content });
}
