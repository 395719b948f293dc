import type { Address } from '../address/address.ts';
import {
  addressKey,
  compileAddressSet,
  groupByPrefix,
  type PrefixTable,
} from '../address/address-set.ts';
import {
  formatNetwork,
  isHost,
  isNetworkFault,
  parseNetwork,
  type Network,
} from '../address/network.ts';
import type { Fault } from '../directive/fault.ts';
import type { Assets, AssetSource } from './assets.ts';

interface PlacedAsset {
  readonly network: Network;
  readonly source: AssetSource;
}

/** Compiles assets in their order; each fault names the field of the asset at `index` of `sources`. */
export function compileAssets(sources: readonly AssetSource[]): {
  readonly assets: Assets;
  readonly faults: readonly (Fault & { readonly index: number })[];
} {
  const faults: (Fault & { readonly index: number })[] = [];
  const placed: PlacedAsset[] = [];
  for (const [index, source] of sources.entries()) {
    const network = parseNetwork(source.cidr.trim());
    if (isNetworkFault(network)) {
      faults.push({ index, field: 'cidr', problem: network.problem, got: source.cidr });
    } else {
      placed.push({ network, source });
    }
  }
  return { assets: createAssets(placed), faults };
}

function createAssets(placed: readonly PlacedAsset[]): Assets {
  const home = placed.filter(({ source }) => source.whitelisted !== true);
  const whitelisted = placed.filter(({ source }) => source.whitelisted === true);
  const names = new Map<string, string>();
  for (const { network, source } of placed.filter((asset) => isHost(asset.network))) {
    const key = addressKey(network.base, network.prefix);
    if (!names.has(key)) names.set(key, source.name);
  }
  const values = createLookUp(placed, ({ source }) => source.value);
  const networks = createLookUp(
    home.filter(({ network }) => !isHost(network)),
    ({ network }) => formatNetwork(network),
  );
  return {
    isInHomeNet: compileAddressSet(home.map(({ network }) => network)),
    isWhitelisted:
      whitelisted.length === 0
        ? () => false
        : compileAddressSet(whitelisted.map(({ network }) => network)),
    value: (address) => values(address).reduce((highest, value) => Math.max(highest, value), 0),
    name: (address) => names.get(addressKey(address, typeof address === 'number' ? 32 : 128)),
    networks: (address) => [...new Set(networks(address))],
  };
}

/** Everything kept for the blocks that contain an address, by prefix tables of its family. */
function createLookUp<Value>(
  placed: readonly PlacedAsset[],
  keep: (asset: PlacedAsset) => Value,
): (address: Address) => Value[] {
  const tablesOf = (family: 4 | 6): PrefixTable<Value>[] =>
    groupByPrefix(
      placed
        .filter(({ network }) => network.family === family)
        .map((asset) => ({ network: asset.network, value: keep(asset) })),
    );
  const ipv4 = tablesOf(4);
  const ipv6 = tablesOf(6);
  return (address) => {
    const found: Value[] = [];
    for (const { prefix, byBase } of typeof address === 'number' ? ipv4 : ipv6) {
      const values = byBase.get(addressKey(address, prefix));
      if (values !== undefined) found.push(...values);
    }
    return found;
  };
}
