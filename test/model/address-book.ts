// Addresses and assets of the reference model, on ipaddr.js so that nothing is shared with core/.

import ipaddr from 'ipaddr.js';
import type { AssetSource } from '../../core/asset/assets.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [base: Address, prefix: number];

const parsedAddresses = new Map<string, Address>();
const parsedNetworks = new Map<string, Network>();

/** The canonical text of an address (SPEC §1). */
export function canonical(address: string): string {
  return parseAddress(address).toString();
}

/** Whether a CIDR or single address contains an address; one of the other family never does (SPEC §2). */
export function contains(cidr: string, address: string): boolean {
  const [base, prefix] = parseNetwork(cidr);
  const parsed = parseAddress(address);
  return parsed.kind() === base.kind() && parsed.match([base, prefix]);
}

/** HOME_NET: contained in any non-whitelisted asset (SPEC §3). */
export function isInHomeNet(assets: readonly AssetSource[], address: string): boolean {
  return assets.some((asset) => asset.whitelisted !== true && contains(asset.cidr, address));
}

/** Contained in any whitelisted asset (SPEC §3). */
export function isWhitelisted(assets: readonly AssetSource[], address: string): boolean {
  return assets.some((asset) => asset.whitelisted === true && contains(asset.cidr, address));
}

/** The highest value of all assets that contain the address, 0 if none (SPEC §3). */
export function assetValue(assets: readonly AssetSource[], address: string): number {
  return Math.max(0, ...assets.filter(({ cidr }) => contains(cidr, address)).map((a) => a.value));
}

/** The name of the first host asset that is this address (SPEC §3). */
export function assetName(assets: readonly AssetSource[], address: string): string | undefined {
  return assets.find(({ cidr }) => isHost(cidr) && contains(cidr, address))?.name;
}

/** The canonical CIDRs of all non-whitelisted network assets that contain the address (SPEC §3). */
export function networksOf(assets: readonly AssetSource[], address: string): readonly string[] {
  return assets
    .filter((asset) => asset.whitelisted !== true && !isHost(asset.cidr))
    .filter(({ cidr }) => contains(cidr, address))
    .map(({ cidr }) => {
      const [base, prefix] = parseNetwork(cidr);
      return `${base.toString()}/${String(prefix)}`;
    });
}

function isHost(cidr: string): boolean {
  const [base, prefix] = parseNetwork(cidr);
  return prefix === (base.kind() === 'ipv4' ? 32 : 128);
}

function parseAddress(text: string): Address {
  const known = parsedAddresses.get(text) ?? ipaddr.parse(text);
  parsedAddresses.set(text, known);
  return known;
}

function parseNetwork(cidr: string): Network {
  const known = parsedNetworks.get(cidr) ?? readNetwork(cidr);
  parsedNetworks.set(cidr, known);
  return known;
}

function readNetwork(cidr: string): Network {
  if (cidr.includes('/')) return ipaddr.parseCIDR(cidr);
  const base = ipaddr.parse(cidr);
  return [base, base.kind() === 'ipv4' ? 32 : 128];
}
