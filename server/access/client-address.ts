// Who sits at the other end: the address for limits and the audit log, and whether it is this machine itself.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { addressKey, compileAddressSet } from '../../core/address/address-set.ts';
import { formatAddress, parseAddress, type Address } from '../../core/address/address.ts';
import { isNetworkFault, parseNetwork, type Network } from '../../core/address/network.ts';

const LOOPBACK_NETWORKS = toNetworks(['127.0.0.0/8', '::1']);
const isLoopback = compileAddressSet(LOOPBACK_NETWORKS);
/** What a proxy adds: such a request comes from somewhere else, even when the proxy runs on this machine. */
const FORWARDING_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const;
/** Who has one address of IPv6 usually has a whole network of this size. */
const IPV6_SITE_PREFIX = 64;
const PERSON_NAME = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

/** The other end of a request. */
export interface Client {
  /** Its address in canonical spelling: the peer's or, where a trusted proxy forwarded the request, the one it names. */
  readonly address: string;
  /** What wrong tokens are counted by. */
  readonly limitKey: string;
  /** It is this machine, and no proxy stands between. */
  readonly isLocal: boolean;
  /** Who logged in at the trusted proxy in front. */
  readonly person: string | undefined;
  /** It speaks HTTPS, with us or with a trusted proxy. */
  readonly isSecure: boolean;
}

export interface ClientReaderOptions {
  /** Addresses and CIDRs of proxies whose headers are believed. */
  readonly trustedProxy: readonly string[];
  /** The header with the person's name, any case; empty: none. */
  readonly userHeader: string;
}

/** A function that tells the other end of a request. */
export function createClientReader({
  trustedProxy,
  userHeader,
}: ClientReaderOptions): (request: IncomingMessage) => Client {
  const isTrusted = compileAddressSet(toNetworks(trustedProxy));
  const nameHeader = userHeader.toLowerCase();
  return ({ socket, headers }) => {
    const peer = readAddress(socket.remoteAddress ?? '');
    const isEncrypted = 'encrypted' in socket && socket.encrypted === true;
    const direct = { isSecure: isEncrypted, person: undefined };
    // A connection that has gone has no address; it gets no answer either.
    if (peer === undefined) return { ...direct, address: '', limitKey: '', isLocal: false };
    if (!isTrusted(peer)) {
      return { ...direct, ...spell(peer), isLocal: isLoopback(peer) && !isForwarded(headers) };
    }
    return {
      // Even a proxy that adds no header brings requests from elsewhere.
      ...spell(lastUntrusted(headers, isTrusted) ?? peer),
      isLocal: false,
      person: personOf(nameHeader === '' ? undefined : headers[nameHeader]),
      isSecure: isEncrypted || isForwardedSecure(headers),
    };
  };
}

function personOf(name: string | readonly string[] | undefined): string | undefined {
  return typeof name === 'string' && PERSON_NAME.test(name) ? name : undefined;
}

function spell(address: Address): Pick<Client, 'address' | 'limitKey'> {
  return { address: formatAddress(address), limitKey: limitKeyOf(address) };
}

/** By the first of the proxies, the one that the browser speaks with. */
function isForwardedSecure(headers: IncomingHttpHeaders): boolean {
  const [first = ''] = [headers['x-forwarded-proto'] ?? ''].flat().join(',').split(',');
  return first.trim().toLowerCase() === 'https';
}

function limitKeyOf(address: Address): string {
  return addressKey(address, typeof address === 'number' ? 32 : IPV6_SITE_PREFIX);
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return FORWARDING_HEADERS.some((name) => headers[name] !== undefined);
}

/** Every proxy appends whom it got the request from: the last entry that is no trusted proxy is the client. */
function lastUntrusted(
  headers: IncomingHttpHeaders,
  isTrusted: (address: Address) => boolean,
): Address | undefined {
  const given = headers['x-forwarded-for'];
  const entries = (typeof given === 'string' ? given : (given ?? []).join(',')).split(',');
  for (const entry of entries.reverse()) {
    const address = readAddress(withoutPort(entry.trim()));
    if (address === undefined) return undefined;
    if (!isTrusted(address)) return address;
  }
  return undefined;
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed !== null) return bracketed[1] ?? text;
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}

/** Reads an address as sockets show it: an IPv4 peer of a socket for both families is an IPv4 address. */
export function readAddress(text: string): Address | undefined {
  const zone = text.indexOf('%');
  const address = parseAddress(zone < 0 ? text : text.slice(0, zone));
  if (address === undefined || typeof address === 'number') return address;
  const { a, b, c, d } = address;
  return a === 0 && b === 0 && c === 0xffff ? d : address;
}

function toNetworks(texts: readonly string[]): Network[] {
  return texts.map(parseNetwork).flatMap((parsed) => (isNetworkFault(parsed) ? [] : [parsed]));
}
