// What the cells of a row say, and what their tooltips hold.
import type { QueueRow } from './queue-row.ts';

const ENDS = {
  running: '',
  complete: 'complete',
  timeout: 'timed out',
  stopped: 'stopped',
  interrupted: 'interrupted',
} as const;

/** How the backlog ended; empty while it is under way. */
export function endWords({ progress }: QueueRow): string {
  return ENDS[progress];
}

/** The first address as it is called, and how many more there are. */
export function sideWords(
  addresses: readonly string[],
  names: QueueRow['names'],
): { readonly first: string; readonly more: number } {
  const [first = ''] = addresses;
  return { first: names[first] ?? first, more: Math.max(0, addresses.length - 1) };
}

const MOST_IN_TIP = 12;

/** Every address with its name, one a line; empty when the cell has said it all. */
export function sideTip(addresses: readonly string[], names: QueueRow['names']): string {
  const lines = addresses.map((ip) => {
    const name = names[ip];
    return name === undefined ? ip : `${name} ${ip}`;
  });
  const more = lines.length - MOST_IN_TIP;
  if (more > 0) return [...lines.slice(0, MOST_IN_TIP), `and ${String(more)} more`].join('\n');
  return lines.join('\n');
}
