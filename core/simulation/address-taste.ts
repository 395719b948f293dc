import type { Address } from '../address/address.ts';
import { isNetworkFault, parseNetwork, type Network } from '../address/network.ts';
import type { Assets } from '../asset/assets.ts';
import { addressAt, holds, rangeOf, type AddressRange } from './address-range.ts';

/** Which of the addresses that fit are taken first: an outsider's, one of a big network of ours, the most valuable asset's. */
export type Taste = 'outside' | 'network' | 'value';

/** A range with what the assets say of all its addresses. */
export interface KnownRange extends AddressRange {
  readonly inHomeNet: boolean;
  readonly whitelisted: boolean;
  /** 0..5 */
  readonly value: number;
  /** How little it suits an invented outsider: 0 suits best. */
  readonly strangeness: number;
}

/** For measurements and documents (RFC 2544, 3849, 5737): nobody's real address, and nothing is looked up for it. */
const POOLS = networksOf('198.18.0.0/15', '2001:db8::/32', '203.0.113.0/24', '198.51.100.0/24');
/** No sender of anything: unspecified, loopback, link-local, multicast, reserved. */
const ODD = networksOf(
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'],
  ...['::/8', 'fe80::/10', 'ff00::/8'],
);
const ELSEWHERE = POOLS.length;
const ODDEST = POOLS.length + 1;
/** From so many addresses on a network has room for many victims. */
const ROOMY = 250n;

/** The networks at whose borders the taste changes. */
export const TASTE_NETWORKS: readonly Network[] = [...POOLS, ...ODD];

function networksOf(...texts: readonly string[]): Network[] {
  return texts.flatMap((text) => {
    const network = parseNetwork(text);
    return isNetworkFault(network) ? [] : [network];
  });
}

/** What the assets say of a range that no border crosses. */
export function describeRange(range: AddressRange, assets: Assets): KnownRange {
  const address = addressAt(range, 0n);
  return {
    ...range,
    inHomeNet: assets.isInHomeNet(address),
    whitelisted: assets.isWhitelisted(address),
    value: assets.value(address),
    strangeness: strangenessOf(address),
  };
}

function strangenessOf(address: Address): number {
  const isIn = (network: Network): boolean => holds(rangeOf(network), address);
  const pool = POOLS.findIndex(isIn);
  if (pool >= 0) return pool;
  return ODD.some(isIn) ? ODDEST : ELSEWHERE;
}

/** The order in which ranges are tried, the best first. */
export function compareByTaste(taste: Taste): (left: KnownRange, right: KnownRange) => number {
  const rank = RANKS[taste];
  return (left, right) => {
    const leftRank = rank(left);
    const rightRank = rank(right);
    for (const [index, figure] of leftRank.entries()) {
      const difference = figure - (rightRank[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return Number(right.size > left.size) - Number(right.size < left.size);
  };
}

const RANKS: Readonly<Record<Taste, (range: KnownRange) => readonly number[]>> = {
  outside: ({ inHomeNet, whitelisted, strangeness, family }) => [
    Number(inHomeNet),
    Number(whitelisted),
    strangeness,
    family,
  ],
  network: ({ inHomeNet, whitelisted, value, size, family, strangeness }) => [
    Number(whitelisted),
    Number(value === 0),
    Number(!inHomeNet),
    Number(size < ROOMY),
    family,
    -value,
    strangeness,
  ],
  value: ({ inHomeNet, whitelisted, value, family, strangeness }) => [
    Number(whitelisted),
    -value,
    Number(!inHomeNet),
    family,
    strangeness,
  ],
};
