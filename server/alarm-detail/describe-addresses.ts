import { parseAddress } from '../../core/address/address.ts';
import type { AlarmRecord, Finding } from '../../core/alarm/alarm-record.ts';
import type { KeptEvent } from '../../core/alarm/alarm-view.ts';
import type { Assets } from '../../core/asset/assets.ts';
import type { AddressView } from '../schemas/alarm-detail.ts';

interface AddressContext {
  readonly assets: Assets;
  /** Kept events of the alarm: they tell ports. */
  readonly events: readonly KeptEvent[];
  /** In how many other alarms each is, in the order of `addressesOf`. */
  readonly otherAlarms: readonly number[];
}

/** The addresses of an alarm, each once, sources first. */
export function addressesOf({ src_ips, dst_ips }: AlarmRecord): string[] {
  return [...new Set([...src_ips, ...dst_ips])];
}

/** What is known of each address. */
export function describeAddresses(alarm: AlarmRecord, context: AddressContext): AddressView[] {
  const sources = new Set(alarm.src_ips);
  const targets = new Set(alarm.dst_ips);
  const hits = groupByAddress(alarm.intel_hits);
  const vulnerabilities = groupByAddress(alarm.vulnerabilities);
  const ports = collectPorts(context.events, alarm.vulnerabilities);
  return addressesOf(alarm).map((ip, index) => ({
    ip,
    roles: [
      ...(sources.has(ip) ? (['from'] as const) : []),
      ...(targets.has(ip) ? (['to'] as const) : []),
    ],
    ...describeAsset(ip, context.assets),
    ports: [...(ports.get(ip) ?? [])].sort((left, right) => left - right),
    hits: hits.get(ip) ?? [],
    vulnerabilities: vulnerabilities.get(ip) ?? [],
    other_alarms: context.otherAlarms[index] ?? 0,
  }));
}

function describeAsset(
  ip: string,
  assets: Assets,
): Pick<AddressView, 'name' | 'value' | 'home_net' | 'networks'> {
  const address = parseAddress(ip);
  if (address === undefined) return { name: '', value: 0, home_net: false, networks: [] };
  return {
    name: assets.name(address) ?? '',
    value: assets.value(address),
    home_net: assets.isInHomeNet(address),
    networks: [...assets.networks(address)],
  };
}

function groupByAddress(findings: readonly Finding[] = []): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { ip } = readTerm(finding.term);
    const group = groups.get(ip);
    if (group === undefined) groups.set(ip, [finding]);
    else group.push(finding);
  }
  return groups;
}

function collectPorts(
  events: readonly KeptEvent[],
  findings: readonly Finding[] = [],
): Map<string, Set<number>> {
  const ports = new Map<string, Set<number>>();
  const add = (ip: unknown, port: unknown): void => {
    if (typeof ip !== 'string' || typeof port !== 'number' || port === 0) return;
    const known = ports.get(ip);
    if (known === undefined) ports.set(ip, new Set([port]));
    else known.add(port);
  };
  for (const { event } of events) {
    add(event['src_ip'], event['src_port']);
    add(event['dst_ip'], event['dst_port']);
  }
  for (const { term } of findings) {
    const { ip, port } = readTerm(term);
    add(ip, port);
  }
  return ports;
}

/** A term is an address, `10.0.0.1:22` or `[2001:db8::1]:22`. */
function readTerm(term: string): { readonly ip: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(term) ?? [];
  return { ip: bracketed ?? plain ?? term, port: Number(port ?? 0) };
}
