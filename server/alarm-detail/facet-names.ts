import { parseAddress } from '../../core/address/address.ts';
import type { AlarmFacets } from '../../core/alarm/alarm-facets.ts';
import type { Assets } from '../../core/asset/assets.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';

export interface FacetNames {
  /** Names of directives by id, and of assets by address; only those that have one. */
  readonly directive: Readonly<Record<string, string>>;
  readonly address: Readonly<Record<string, string>>;
}

/** How directives and addresses of facets are called at present. */
export function nameFacets(
  facets: AlarmFacets,
  known: {
    readonly assets: Assets;
    readonly directive: (id: number) => DirectiveSource | undefined;
  },
): FacetNames {
  const directive: Record<string, string> = {};
  for (const { value } of facets.directive.values) {
    const name = known.directive(Number(value))?.name;
    if (name !== undefined) directive[value] = name;
  }
  const address: Record<string, string> = {};
  for (const { value } of [...facets.from.values, ...facets.to.values]) {
    const parsed = parseAddress(value);
    const name = parsed === undefined ? undefined : known.assets.name(parsed);
    if (name !== undefined) address[value] = name;
  }
  return { directive, address };
}
