import type { Address } from '../core/address/address.ts';
import { addressKey } from '../core/address/address-set.ts';
import { maskAddress, type Network } from '../core/address/network.ts';

type Bases<Value> = Map<number | string, Value[]>;

/** Values kept for addresses and blocks of either family; a look-up costs one step per prefix length in use. */
export class AddressTable<Value> {
  readonly #byPrefix: Record<4 | 6, Map<number, Bases<Value>>> = { 4: new Map(), 6: new Map() };
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ family, base, prefix }: Network, value: Value): void {
    const tables = this.#byPrefix[family];
    const bases: Bases<Value> = tables.get(prefix) ?? new Map<number | string, Value[]>();
    tables.set(prefix, bases);
    const key = keyOf(base, prefix);
    const values = bases.get(key);
    if (values === undefined) bases.set(key, [value]);
    else values.push(value);
    this.#size += 1;
  }

  /** The values of all blocks that contain the address, in the order of prefix lengths first seen. */
  find(address: Address): Value[] {
    const found: Value[] = [];
    for (const [prefix, bases] of this.#byPrefix[typeof address === 'number' ? 4 : 6]) {
      const values = bases.get(keyOf(address, prefix));
      if (values !== undefined) found.push(...values);
    }
    return found;
  }
}

function keyOf(address: Address, prefix: number): number | string {
  const masked = maskAddress(address, prefix);
  return typeof masked === 'number' ? masked : addressKey(masked, 128);
}
