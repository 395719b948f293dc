import { parseAddress, type Address } from '../core/address/address.ts';
import { compileAddressSet } from '../core/address/address-set.ts';
import { isNetworkFault, parseNetwork, type Network } from '../core/address/network.ts';

// SPEC §8; multicast of IPv6 is judged by its scope below
const NOT_REACHABLE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fc00::/7',
  '2001:db8::/32',
];
const REACHABLE_AFTER_ALL = new Set([parseAddress('192.0.0.9'), parseAddress('192.0.0.10')]);
const GLOBAL_SCOPE = 0xe;

const isListed = compileAddressSet(
  NOT_REACHABLE.map(parseNetwork).filter((network): network is Network => !isNetworkFault(network)),
);

/**
 * Whether an address means the same host everywhere, so that a service outside can know it (SPEC §8). An IPv4-mapped address is
 * judged as the IPv4 address it stands for, or it would tell the service about the inside.
 */
export function isGloballyReachable(address: Address): boolean {
  if (typeof address === 'number') return REACHABLE_AFTER_ALL.has(address) || !isListed(address);
  const { a, b, c, d } = address;
  if (a === 0 && b === 0 && c === 0xffff) return isGloballyReachable(d);
  const isMulticast = a >>> 24 === 0xff;
  if (isMulticast) return ((a >>> 16) & 0xf) === GLOBAL_SCOPE;
  return !isListed(address);
}
