import { parseAddress, type Address } from '../address/address.ts';
import { compileContains, isNetworkFault, parseNetwork, type Network } from '../address/network.ts';
import type { Assets, AssetSource } from '../asset/assets.ts';
import { normalizeAddresses } from '../directive/compile-conditions.ts';
import { matchesList, splitList } from '../directive/value-list.ts';
import { addressAt, cutAddressSpace, holds, textAt } from './address-range.ts';
import {
  compareByTaste,
  describeRange,
  TASTE_NETWORKS,
  type KnownRange,
  type Taste,
} from './address-taste.ts';
import type { Random } from './random.ts';

/** What is asked of an address. */
export interface AddressWish {
  /** `from` or `to` of a rule, no reference. */
  readonly text: string;
  /** Events from whitelisted sources are dropped before correlation (SPEC §3). */
  readonly isSource: boolean;
  readonly taste: Taste;
  /** Taken if they fit, the first one first. */
  readonly preferred: readonly string[];
  /** Not taken. */
  readonly seen: ReadonlySet<unknown>;
}

/**
 * Chooses addresses that rules allow, in canonical text. Goes through each range from a random place on, so that two
 * choices differ as long as there are others. Remembers what it has worked out; one for a run.
 */
export class AddressChooser {
  readonly #assets: Assets;
  readonly #networks: readonly Network[];
  readonly #random: Random;
  readonly #fitting = new Map<string, readonly KnownRange[]>();
  readonly #sorted = new Map<string, readonly KnownRange[]>();
  /** The next index in a range, by its first address. */
  readonly #next = new Map<string, bigint>();

  constructor(sources: readonly AssetSource[], assets: Assets, random: Random) {
    this.#assets = assets;
    this.#random = random;
    const ofAssets = sources.flatMap(({ cidr }) => networksIn(cidr));
    this.#networks = [...ofAssets, ...TASTE_NETWORKS];
  }

  /** An address that fits, undefined when there is none. */
  choose({ text, isSource, taste, preferred, seen }: AddressWish): string | undefined {
    const fitting = this.#fittingRanges(text);
    const usable = (range: KnownRange): boolean => !(isSource && range.whitelisted);
    for (const candidate of preferred) {
      const address = parseAddress(candidate);
      if (address === undefined || seen.has(candidate)) continue;
      if (fitting.some((range) => usable(range) && holds(range, address))) return candidate;
    }
    for (const range of this.#inOrder(text, taste)) {
      const found = usable(range) ? this.#take(range, seen) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Why no address fits. */
  explain(text: string, isSource: boolean): string {
    if (isSource && this.#fittingRanges(text).length > 0) {
      return 'only whitelisted sources fit, whose events are dropped';
    }
    switch (normalizeAddresses(text)) {
      case 'HOME_NET':
        return 'no address fits, every asset is whitelisted';
      case '!HOME_NET':
        return 'no address fits, the assets take in every address there is';
      default:
        return 'no address fits';
    }
  }

  #fittingRanges(text: string): readonly KnownRange[] {
    const known = this.#fitting.get(text);
    if (known !== undefined) return known;
    const fits = compileWish(text, this.#assets);
    const networks = [...this.#networks, ...networksIn(text)];
    const ranges = cutAddressSpace(networks)
      .filter((range) => fits(addressAt(range, 0n)))
      .map((range) => describeRange(range, this.#assets));
    this.#fitting.set(text, ranges);
    return ranges;
  }

  #inOrder(text: string, taste: Taste): readonly KnownRange[] {
    const key = `${taste} ${text}`;
    const known = this.#sorted.get(key);
    if (known !== undefined) return known;
    const sorted = [...this.#fittingRanges(text)].sort(compareByTaste(taste));
    this.#sorted.set(key, sorted);
    return sorted;
  }

  #take(range: KnownRange, seen: ReadonlySet<unknown>): string | undefined {
    const { size, first, family } = range;
    const key = `${String(family)} ${String(first)} ${String(size)}`;
    let index = this.#next.get(key) ?? this.#start(size);
    // Of so many in a row at least one is neither seen nor an edge of a network.
    const most = BigInt(2 * seen.size + 8);
    let found: string | undefined;
    for (let tried = 0n; tried < most && tried < size && found === undefined; tried += 1n) {
      const text = textAt(range, index);
      if (!seen.has(text) && !(size > most && isEdge(range, index))) found = text;
      index = (index + 1n) % size;
    }
    this.#next.set(key, index);
    return found;
  }

  #start(size: bigint): bigint {
    const high = BigInt(Math.floor(this.#random() * 2 ** 32));
    const low = BigInt(Math.floor(this.#random() * 2 ** 32));
    return ((high << 32n) | low) % size;
  }
}

/** Whether an IPv4 address ends in 0 or 255, which looks like a network's own or its broadcast address. */
function isEdge({ family, first }: KnownRange, index: bigint): boolean {
  if (family === 6) return first + index === 0n;
  const last = (first + index) & 255n;
  return last === 0n || last === 255n;
}

function networksIn(list: string): Network[] {
  return splitList(list).flatMap(({ value }) => {
    const network = parseNetwork(value);
    return isNetworkFault(network) ? [] : [network];
  });
}

function compileWish(written: string, assets: Assets): (address: Address) => boolean {
  const text = normalizeAddresses(written);
  if (text === 'ANY') return () => true;
  if (text === 'HOME_NET') return (address) => assets.isInHomeNet(address);
  if (text === '!HOME_NET') return (address) => !assets.isInHomeNet(address);
  const entries = splitList(text).map(({ negated, value }) => {
    const network = parseNetwork(value);
    return { negated, value: isNetworkFault(network) ? () => false : compileContains(network) };
  });
  return (address) => matchesList(entries, address, (contains, tested) => contains(tested));
}
