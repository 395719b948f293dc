import type { Address } from '../address/address.ts';

/** A named network or host as an asset file writes it (SPEC §3). */
export interface AssetSource {
  readonly name: string;
  /** IPv4 or IPv6 CIDR or single address. */
  readonly cidr: string;
  /** 1..5 */
  readonly value: number;
  readonly whitelisted?: boolean | undefined;
}

/** What is known about addresses: HOME_NET, whitelist, values, names and networks (SPEC §3). Immutable. */
export interface Assets {
  readonly isInHomeNet: (address: Address) => boolean;
  /** Whether events from this source are dropped before correlation. */
  readonly isWhitelisted: (address: Address) => boolean;
  /** The highest value of all assets that contain the address, 0 if none. */
  readonly value: (address: Address) => number;
  /** The name of the first host asset that is this address, undefined if none. */
  readonly name: (address: Address) => string | undefined;
  /** The canonical CIDRs of all non-whitelisted network assets that contain the address. */
  readonly networks: (address: Address) => readonly string[];
}
