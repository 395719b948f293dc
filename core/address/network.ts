import { formatAddress, parseAddress, type Address, type Ipv6Address } from './address.ts';

/** A CIDR block; a single address is one with the full prefix (32 or 128). */
export interface Network {
  readonly family: 4 | 6;
  /** The lowest address of the block. */
  readonly base: Address;
  readonly prefix: number;
}

/** A CIDR text that cannot be used; `meant` is the block's canonical text when only host bits were set. */
export interface NetworkFault {
  readonly problem: string;
  readonly meant?: string;
}

/** Reads an address or CIDR of either family; set host bits are a fault that names the network meant (SPEC §2). */
export function parseNetwork(text: string): Network | NetworkFault {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return { problem: 'must be an IP address or CIDR' };
  const family = typeof address === 'number' ? 4 : 6;
  const longest = family === 4 ? 32 : 128;
  if (slash < 0) return { family, base: address, prefix: longest };
  const digits = text.slice(slash + 1);
  const prefix = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(prefix <= longest)) {
    return { problem: `must have a prefix length from 0 to ${String(longest)}` };
  }
  const base = maskAddress(address, prefix);
  const network: Network = { family, base, prefix };
  if (sameAddress(base, address)) return network;
  const meant = formatNetwork(network);
  return { problem: `has host bits set, the network is ${meant}`, meant };
}

/** Whether `parsed` is a fault rather than a network. */
export function isNetworkFault(parsed: Network | NetworkFault): parsed is NetworkFault {
  return 'problem' in parsed;
}

/** Whether the block is a single address. */
export function isHost(network: Network): boolean {
  return network.prefix === (network.family === 4 ? 32 : 128);
}

/** The canonical CIDR text, with the prefix also for a single address. */
export function formatNetwork(network: Network): string {
  return `${formatAddress(network.base)}/${String(network.prefix)}`;
}

/** Whether two addresses are the same one; addresses of different families never are. */
function sameAddress(left: Address, right: Address): boolean {
  if (typeof left === 'number' || typeof right === 'number') return left === right;
  return left.a === right.a && left.b === right.b && left.c === right.c && left.d === right.d;
}

/** The address with all but its first `prefix` bits cleared. */
export function maskAddress(address: Address, prefix: number): Address {
  if (typeof address === 'number') return (address & wordMask(prefix)) >>> 0;
  return {
    a: (address.a & wordMask(prefix)) >>> 0,
    b: (address.b & wordMask(prefix - 32)) >>> 0,
    c: (address.c & wordMask(prefix - 64)) >>> 0,
    d: (address.d & wordMask(prefix - 96)) >>> 0,
  };
}

function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** A predicate for membership in the block; an address of the other family is never in it. */
export function compileContains(network: Network): (address: Address) => boolean {
  const { base, prefix } = network;
  if (typeof base === 'number') {
    const mask = wordMask(prefix);
    return (address) => typeof address === 'number' && (address & mask) >>> 0 === base;
  }
  const masks: Ipv6Address = {
    a: wordMask(prefix),
    b: wordMask(prefix - 32),
    c: wordMask(prefix - 64),
    d: wordMask(prefix - 96),
  };
  return (address) =>
    typeof address !== 'number' &&
    (address.a & masks.a) >>> 0 === base.a &&
    (address.b & masks.b) >>> 0 === base.b &&
    (address.c & masks.c) >>> 0 === base.c &&
    (address.d & masks.d) >>> 0 === base.d;
}
