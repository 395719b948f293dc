import type { Assets, AssetSource } from '../core/asset/assets.ts';
import { isNetworkFault, parseNetwork } from '../core/address/network.ts';
import { compileAssets } from '../core/asset/compile-assets.ts';
import { checkShape, formatPath, type ShapeFault } from './check-shape.ts';
import { described, placed, type ConfigurationFault } from './configuration-fault.ts';
import { describeItem, type Item } from './item-list.ts';
import { valueAt } from './json-value.ts';
import { assetSchema } from './schemas.ts';

/** What became of the assets of all files. */
export interface AssetsCheck {
  readonly assets: Assets;
  readonly faults: readonly ConfigurationFault[];
}

/** Checks assets whole (SPEC §3). */
export function checkAssets(items: readonly Item[]): AssetsCheck {
  const faults: ConfigurationFault[] = [];
  const sources: AssetSource[] = [];
  const wellShaped: Item[] = [];
  for (const item of items) {
    const check = checkShape<AssetSource>(assetSchema, item.value);
    if (check.ok) {
      sources.push(check.value);
      wellShaped.push(item);
      continue;
    }
    for (const { path, problem, got } of [...check.faults, ...findCidrFault(item.value)]) {
      faults.push({
        file: item.file,
        item: describeItem('asset', item),
        ...(path.length > 0 && { field: formatPath(path) }),
        ...described({ problem, got }),
        ...placed(item.locate(path)),
      });
    }
  }
  const compiled = compileAssets(sources);
  for (const { index, field, problem, got } of compiled.faults) {
    const item = wellShaped[index];
    if (item === undefined) continue;
    faults.push({
      file: item.file,
      item: describeItem('asset', item),
      field,
      ...described({ problem, got }),
      ...placed(item.locate([field])),
    });
  }
  return { assets: compiled.assets, faults };
}

/** What is wrong with the network of an asset that has another fault: both are told in one run. */
function findCidrFault(asset: unknown): ShapeFault[] {
  const cidr = valueAt(asset, ['cidr']);
  if (typeof cidr !== 'string' || cidr === '') return [];
  const network = parseNetwork(cidr.trim());
  return isNetworkFault(network) ? [{ path: ['cidr'], problem: network.problem, got: cidr }] : [];
}
