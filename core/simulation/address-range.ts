// Cuts the address space at the borders of networks: within a range every rule and every asset says the same, so that one
// address of each decides whether a rule can be met at all, and by which addresses.
import { formatAddress, type Address } from '../address/address.ts';
import type { Network } from '../address/network.ts';

/** Neighbouring addresses of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly size: bigint;
}

const WORD = 0xffff_ffffn;

/** The ranges between the borders of the networks, both families whole, in their order. */
export function cutAddressSpace(networks: readonly Network[]): AddressRange[] {
  return [...cutFamily(4, networks), ...cutFamily(6, networks)];
}

function cutFamily(family: 4 | 6, networks: readonly Network[]): AddressRange[] {
  const end = 1n << (family === 4 ? 32n : 128n);
  const borders = new Set<bigint>([0n, end]);
  for (const network of networks) {
    if (network.family !== family) continue;
    const { first, size } = rangeOf(network);
    borders.add(first).add(first + size);
  }
  const sorted = [...borders].sort((left, right) => (left < right ? -1 : 1));
  return sorted
    .slice(0, -1)
    .map((first, index) => ({ family, first, size: (sorted[index + 1] ?? end) - first }));
}

/** The addresses of a network. */
export function rangeOf({ family, base, prefix }: Network): AddressRange {
  const bits = BigInt((family === 4 ? 32 : 128) - prefix);
  return { family, first: toNumber(base), size: 1n << bits };
}

/** Whether the address lies in the range. */
export function holds({ family, first, size }: AddressRange, address: Address): boolean {
  if ((typeof address === 'number') !== (family === 4)) return false;
  const number = toNumber(address);
  return number >= first && number < first + size;
}

/** The address that stands `index` places after the first of the range. */
export function addressAt({ family, first }: AddressRange, index: bigint): Address {
  const number = first + index;
  if (family === 4) return Number(number);
  const word = (shift: bigint): number => Number((number >> shift) & WORD);
  return { a: word(96n), b: word(64n), c: word(32n), d: word(0n) };
}

/** The canonical text of that address. */
export function textAt(range: AddressRange, index: bigint): string {
  return formatAddress(addressAt(range, index));
}

function toNumber(address: Address): bigint {
  if (typeof address === 'number') return BigInt(address);
  const { a, b, c, d } = address;
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}
