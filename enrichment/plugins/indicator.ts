import { isNetworkFault, parseNetwork, type Network } from '../../core/address/network.ts';

/** An address or block that a list names, with what it says about it ('' for nothing). */
export interface Indicator {
  readonly network: Network;
  readonly label: string;
  /** Unix milliseconds; undefined = for good. */
  readonly validUntilMs: number | undefined;
}

/** An address or CIDR as lists write them: also `203.0.113.4:443`, and blocks with host bits set. */
export function parseIndicator(text: string): Network | undefined {
  const withoutPort = text.trim().replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const parsed = parseNetwork(withoutPort);
  if (!isNetworkFault(parsed)) return parsed;
  return parsed.meant === undefined ? undefined : parseIndicator(parsed.meant);
}
