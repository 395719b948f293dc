/** An address with its port: `10.20.0.5:22`, `[2001:db8::5]:22`; the address alone when the port is 0. */
export function formatEndpoint(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}
