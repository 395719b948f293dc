// Which names this server goes by. A page of another site can have its own name lead to our address (DNS rebinding) and
// then read from us as from itself; its Host header still bears its name.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { formatAddress } from '../../core/address/address.ts';
import { isCrossSite } from '../cross-site.ts';
import { readAddress } from './client-address.ts';

export interface OwnHostsOptions {
  /** Further names, each with or without a port: without, for any port. */
  readonly allowedHosts: readonly string[];
  /** The address it listens on. */
  readonly ipAddress: string;
}

export interface OwnHosts {
  /** Whether the request asks for a name or address that is ours. */
  isOwn(request: IncomingMessage): boolean;
  /** Whether a browser sends it on behalf of another site's page; a page at an allowed host is none. */
  isForeignPage(headers: IncomingHttpHeaders): boolean;
}

/** The names of this machine, its addresses of the moment, and the further ones allowed. */
export function createOwnHosts({ allowedHosts, ipAddress }: OwnHostsOptions): OwnHosts {
  const machine = hostname().toLowerCase();
  const [label = machine] = machine.split('.');
  const names = new Set(['localhost', machine, label, normalize(ipAddress)]);
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()).map(normalize));

  function isAllowed(host: string): boolean {
    return allowed.has(normalize(host)) || allowed.has(normalize(nameOf(host)));
  }

  return {
    isOwn: ({ headers, socket }) => {
      const host = headers.host?.toLowerCase();
      if (host === undefined || host === '') return false;
      const name = normalize(nameOf(host));
      if (names.has(name) || isAllowed(host)) return true;
      return name === normalize(socket.localAddress ?? '') || isInterfaceAddress(name);
    },
    isForeignPage: (headers) => {
      if (!isCrossSite(headers)) return false;
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
      // A proxy in front may ask us by another name than the one its visitors see.
      const host = /^https?:\/\/([^/]+)$/i.exec(headers.origin ?? '')?.[1];
      return host === undefined || !allowed.has(normalize(host.toLowerCase()));
    },
  };
}

/** Looked up each time: addresses come and go, and only a name that is otherwise unknown leads here. */
function isInterfaceAddress(name: string): boolean {
  if (readAddress(name) === undefined) return false;
  return Object.values(networkInterfaces()).some((addresses) =>
    (addresses ?? []).some(({ address }) => normalize(address) === name),
  );
}

/** A Host header without its port and brackets. */
function nameOf(host: string): string {
  if (host.startsWith('[')) return host.slice(1, Math.max(1, host.indexOf(']')));
  return host.replace(/:\d*$/, '');
}

/** One spelling for a host: canonical addresses, names without the root's dot. */
function normalize(host: string): string {
  const address = readAddress(host.replace(/^\[(.*)\]$/, '$1'));
  return address === undefined ? host.replace(/\.$/, '') : formatAddress(address);
}
