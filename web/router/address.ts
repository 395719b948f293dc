// The part of the address behind #: a path of names and a query.
export interface PageAddress {
  /** Decoded names: `#/alarms/k3X` is `['alarms', 'k3X']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads the hash of a location, with or without `#`; a name that is not decodable stays as it is. */
export function parseAddress(hash: string): PageAddress {
  const text = hash.replace(/^#/, '');
  const [path, query] = splitOnce(text, '?');
  return {
    path: path.split('/').filter(Boolean).map(decodeName),
    query: new URLSearchParams(query),
  };
}

/** Writes an address with its `#`; query parameters that are empty texts are left out. */
export function formatAddress(
  path: readonly string[],
  query: Iterable<readonly [string, string]> = [],
): string {
  const parameters = [...query]
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${encodeQuery(key)}=${encodeQuery(value)}`);
  const names = path.map((name) => encodeURIComponent(name)).join('/');
  return `#/${names}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
}

// Commas, colons and slashes stay readable: an address is copied and read by people.
function encodeQuery(text: string): string {
  return encodeURIComponent(text).replace(/%(?:2C|3A|2F|40)/gi, decodeURIComponent);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
