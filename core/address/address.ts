/**
 * An IP address as correlation compares it: an IPv4 address is its 32 bits as an unsigned number, an IPv6 address four
 * such numbers. An IPv4-mapped IPv6 address stays IPv6 (SPEC §2: families do not mix).
 */
export type Address = number | Ipv6Address;

/** The 128 bits of an IPv6 address, most significant word first. */
export interface Ipv6Address {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const SMALL_A = 97;
const SMALL_F = 102;

/** Reads an IPv4 or IPv6 literal; undefined for anything else (leading zeros, zones and blanks are refused). */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 >= 0) return ipv4;
  return text.includes(':') ? parseIpv6(text) : undefined;
}

/** The 32 bits of a dotted IPv4 literal as an unsigned number, −1 when `text` is not one. */
function parseIpv4(text: string): number {
  const { length } = text;
  if (length < 7 || length > 15) return -1;
  let result = 0;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      if (octet === 0) return -1;
      octet = octet < 0 ? code - ZERO : octet * 10 + code - ZERO;
      if (octet > 255) return -1;
    } else {
      if (code !== DOT || octet < 0 || dots === 3) return -1;
      result = (result << 8) | octet;
      octet = -1;
      dots += 1;
    }
  }
  return dots === 3 && octet >= 0 ? ((result << 8) | octet) >>> 0 : -1;
}

function parseIpv6(text: string): Ipv6Address | undefined {
  if (text.length > 45) return undefined;
  const gap = text.indexOf('::');
  const groups: number[] = [];
  if (gap < 0) return readGroups(text, groups) && groups.length === 8 ? toWords(groups) : undefined;
  const head = text.slice(0, gap);
  // a dotted tail belongs at the very end only
  if (gap > 0 && (head.includes('.') || !readGroups(head, groups))) return undefined;
  const tail: number[] = [];
  if (gap + 2 < text.length && !readGroups(text.slice(gap + 2), tail)) return undefined;
  const missing = 8 - groups.length - tail.length;
  if (missing < 1) return undefined;
  for (let count = 0; count < missing; count += 1) groups.push(0);
  for (const group of tail) groups.push(group);
  return toWords(groups);
}

function toWords(groups: readonly number[]): Ipv6Address {
  return { a: word(groups, 0), b: word(groups, 2), c: word(groups, 4), d: word(groups, 6) };
}

function word(groups: readonly number[], index: number): number {
  return (groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0);
}

/** Appends the 16-bit groups of `text`, of which the last may be a dotted IPv4 address; false when it is malformed. */
function readGroups(text: string, groups: number[]): boolean {
  let group = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === COLON) {
      if (index === start) return false;
      groups.push(group);
      group = 0;
      start = index + 1;
    } else if (code === DOT) {
      const ipv4 = parseIpv4(text.slice(start));
      if (ipv4 < 0) return false;
      groups.push(ipv4 >>> 16, ipv4 & 0xffff);
      return groups.length <= 8;
    } else {
      const digit = hexDigit(code);
      if (digit < 0 || index - start === 4) return false;
      group = group * 16 + digit;
    }
  }
  if (start === text.length) return false;
  groups.push(group);
  return groups.length <= 8;
}

/** The value of a hexadecimal digit's character code, −1 for any other. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = code | 32;
  return letter >= SMALL_A && letter <= SMALL_F ? letter - SMALL_A + 10 : -1;
}

/** The canonical text of an address: dotted IPv4, or RFC 5952 with IPv4-mapped addresses as `::ffff:10.0.0.1`. */
export function formatAddress(address: Address): string {
  if (typeof address === 'number') return formatIpv4(address);
  const { a, b, c, d } = address;
  if (a === 0 && b === 0 && c === 0xffff) return `::ffff:${formatIpv4(d)}`;
  const groups = [
    a >>> 16,
    a & 0xffff,
    b >>> 16,
    b & 0xffff,
    c >>> 16,
    c & 0xffff,
    d >>> 16,
    d & 0xffff,
  ];
  const [start, length] = longestZeroRun(groups);
  if (length < 2) return joinGroups(groups, 0, 8);
  return `${joinGroups(groups, 0, start)}::${joinGroups(groups, start + length, 8)}`;
}

function joinGroups(groups: readonly number[], start: number, end: number): string {
  let text = '';
  for (let index = start; index < end; index += 1) {
    const hex = (groups[index] ?? 0).toString(16);
    text = index === start ? hex : `${text}:${hex}`;
  }
  return text;
}

function formatIpv4(value: number): string {
  return `${String(value >>> 24)}.${String((value >>> 16) & 255)}.${String((value >>> 8) & 255)}.${String(value & 255)}`;
}

function longestZeroRun(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let start = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) continue;
    if (index - start > best[1]) best = [start, index - start];
    start = index + 1;
  }
  return best;
}

/** `text` when it already is the canonical spelling of `address`, else that spelling; cheap for IPv4, which has one only. */
export function canonicalText(text: string, address: Address): string {
  return typeof address === 'number' ? text : formatAddress(address);
}

/** The text of an address with a port: `10.0.0.1:80`, `[::1]:80` (SPEC §10). */
export function socketAddress(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`;
}
