import type { Address } from './address.ts';
import { compileContains, maskAddress, type Network } from './network.ts';

/** A predicate for membership in any of the blocks: bisection over merged IPv4 intervals, a table per prefix for IPv6. */
export function compileAddressSet(networks: readonly Network[]): (address: Address) => boolean {
  const containsIpv4 = compileIntervals(networks);
  const containsIpv6 = compilePrefixTables(networks.filter(({ family }) => family === 6));
  return (address) => (typeof address === 'number' ? containsIpv4(address) : containsIpv6(address));
}

function compileIntervals(networks: readonly Network[]): (address: number) => boolean {
  const intervals = networks
    .flatMap(({ base, prefix }) =>
      typeof base === 'number' ? [{ first: base, last: base + 2 ** (32 - prefix) - 1 }] : [],
    )
    .sort((left, right) => left.first - right.first);
  const firsts: number[] = [];
  const lasts: number[] = [];
  for (const { first, last } of intervals) {
    const previous = lasts.at(-1);
    if (previous !== undefined && first <= previous + 1) {
      lasts[lasts.length - 1] = Math.max(previous, last);
    } else {
      firsts.push(first);
      lasts.push(last);
    }
  }
  return (address) => {
    let low = 0;
    let high = firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((firsts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && address <= (lasts[low - 1] ?? -1);
  };
}

function compilePrefixTables(networks: readonly Network[]): (address: Address) => boolean {
  const [only] = networks;
  if (only === undefined) return () => false;
  if (networks.length === 1) return compileContains(only);
  const tables = groupByPrefix(networks.map((network) => ({ network, value: true })));
  return (address) => tables.some(({ prefix, byBase }) => byBase.has(addressKey(address, prefix)));
}

/** Blocks of one prefix length with what is kept for each, by the key of their base address. */
export interface PrefixTable<Value> {
  readonly prefix: number;
  readonly byBase: ReadonlyMap<string, readonly Value[]>;
}

/** Sorts blocks of one family into one table per prefix length, keeping the order within a block. */
export function groupByPrefix<Value>(
  entries: readonly { readonly network: Network; readonly value: Value }[],
): PrefixTable<Value>[] {
  const tables = new Map<number, Map<string, Value[]>>();
  for (const { network, value } of entries) {
    const table = tables.get(network.prefix) ?? new Map<string, Value[]>();
    tables.set(network.prefix, table);
    const key = addressKey(network.base, network.prefix);
    const values = table.get(key) ?? [];
    table.set(key, values);
    values.push(value);
  }
  return [...tables].map(([prefix, byBase]) => ({ prefix, byBase }));
}

/** A text that is the same for two addresses of one family exactly when their first `prefix` bits are. */
export function addressKey(address: Address, prefix: number): string {
  const masked = maskAddress(address, prefix);
  if (typeof masked === 'number') return String(masked);
  return `${String(masked.a)}:${String(masked.b)}:${String(masked.c)}:${String(masked.d)}`;
}
