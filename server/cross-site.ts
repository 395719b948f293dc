import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser sends the request on behalf of another site's page: it says so in Sec-Fetch-Site, or by an Origin
 * whose host is not the one asked. Programs that are no browsers send neither.
 */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = headers;
  return origin !== undefined && hostOf(origin) !== headers.host?.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  const start = origin.indexOf('://');
  return start < 0 ? undefined : origin.slice(start + 3).toLowerCase();
}
