import { parseAddress } from '../../core/address/address.ts';
import type { StoredAlarm } from '../../core/alarm/alarm-view.ts';
import type { Assets } from '../../core/asset/assets.ts';

/** An alarm as lists show it: `alarmRow`. */
export interface ShownAlarm extends StoredAlarm {
  readonly names: Readonly<Record<string, string>>;
  readonly intel: boolean;
}

/** Adds what the assets in force and the findings tell at a glance. */
export function describeRow<Stored extends StoredAlarm>(
  stored: Stored,
  assets: Assets,
): Stored & ShownAlarm {
  const { src_ips, dst_ips, intel_hits = [], vulnerabilities = [] } = stored.alarm;
  const names = nameAddresses([...src_ips, ...dst_ips], assets);
  return { ...stored, names, intel: intel_hits.length > 0 || vulnerabilities.length > 0 };
}

/** Names of those addresses that have one, by address. */
export function nameAddresses(
  addresses: readonly string[],
  assets: Assets,
): Record<string, string> {
  const names: Record<string, string> = {};
  for (const ip of addresses) {
    const address = parseAddress(ip);
    const name = address === undefined ? undefined : assets.name(address);
    if (name !== undefined) names[ip] = name;
  }
  return names;
}
