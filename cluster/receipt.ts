// How far a backend of ours has come with the shared events of one frontend's run, as JSON on RECEIPTS_PREFIX and that run's
// epoch: by it the frontend publishes no more than its backends can hold.

export interface Receipt {
  /** The backend's node name. */
  readonly node: string;
  /** Drawn at each start of the backend. */
  readonly run: string;
  /** The number of the last shared event that waits no longer. */
  readonly settled: number;
  /** Events that may wait there. */
  readonly capacity: number;
}

/** The text of a receipt. */
export function writeReceipt({ node, run, settled, capacity }: Receipt): string {
  return JSON.stringify({ node, run, settled, capacity });
}

/** The receipt, undefined when it is none. */
export function readReceipt(data: Uint8Array): Receipt | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('node' in value && 'run' in value && 'settled' in value && 'capacity' in value)) {
    return undefined;
  }
  const { node, run, settled, capacity } = value;
  if (typeof node !== 'string' || typeof run !== 'string') return undefined;
  if (typeof settled !== 'number' || typeof capacity !== 'number') return undefined;
  return { node, run, settled, capacity };
}
