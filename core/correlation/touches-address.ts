import { parseAddress, type Address } from '../address/address.ts';
import type { Backlog } from './backlog.ts';

/** Whether any event of the backlog came from, or went to, an address of the set. */
export function touchesAddress(
  { srcIps, dstIps }: Pick<Backlog, 'srcIps' | 'dstIps'>,
  isWanted: (address: Address) => boolean,
): boolean {
  return hasAny(srcIps, isWanted) || hasAny(dstIps, isWanted);
}

function hasAny(ips: ReadonlySet<string>, isWanted: (address: Address) => boolean): boolean {
  for (const ip of ips) {
    const address = parseAddress(ip);
    if (address !== undefined && isWanted(address)) return true;
  }
  return false;
}
