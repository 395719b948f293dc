import type { Assets, AssetSource } from '../core/asset/assets.ts';
import { compileAssets } from '../core/asset/compile-assets.ts';
import { checkShape, formatPath } from './check-shape.ts';
import { described, placed, type ConfigurationFault } from './configuration-fault.ts';
import { describeItem, type Item } from './item-list.ts';
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
    for (const { path, problem, got } of check.faults) {
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
