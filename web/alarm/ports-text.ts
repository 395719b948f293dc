const MOST_LISTED = 4;

/** `port 22`, `ports 22, 80 and 443`, `ports 51418–51904, 12 of them`; empty for none. Ports ascend. */
export function portsText(ports: readonly number[]): string {
  const [first] = ports;
  const last = ports.at(-1);
  if (first === undefined || last === undefined) return '';
  if (ports.length === 1) return `port ${String(first)}`;
  if (ports.length <= MOST_LISTED) {
    return `ports ${ports.slice(0, -1).join(', ')} and ${String(last)}`;
  }
  const isWhole = last - first + 1 === ports.length;
  const span = `ports ${String(first)}–${String(last)}`;
  return isWhole ? span : `${span}, ${String(ports.length)} of them`;
}
